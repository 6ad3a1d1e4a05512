import type { Entry } from '../model/entry';
import { isLive } from '../model/entry';
import { ownHeaders } from '../model/headers';
import type { KvConnection } from '../model/kvConnection';
import { runBulk, type BulkOutcome } from '../operations/bulk';
import type { JsonPlace } from '../values/jsonDiff';
import { editValue, type EditProblem } from './editValue';

/** A cell that was typed into, with the message that was seen there. */
export interface CellEdit {
  readonly connection: KvConnection;
  readonly bucket: string;
  /** When the bucket was made that the message was seen in. */
  readonly bucketCreated: number | undefined;
  readonly seen: Entry;
  readonly path: JsonPlace;
  readonly typed: string;
}

/** What became of it. `conflict`: nothing was written; `current` is what is stored, if anything is. */
export type EditOutcome =
  | { readonly kind: 'saved'; readonly entry: Entry }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'conflict'; readonly current: Entry | undefined }
  | { readonly kind: 'problem'; readonly why: EditProblem }
  | Extract<BulkOutcome, { readonly kind: 'refused' | 'unknown' }>;

interface Undone {
  readonly bucketCreated: number | undefined;
  /** What was stored before, and which revision took its place. */
  readonly before: Entry;
  readonly revision: number;
}

const mostUndone = 100;

/**
 * Owns what can be undone of the edits in the cells of one table; changes only through its methods.
 * Each write is one by compare-and-swap, with the headers and the TTL that the value had.
 */
export class TableEdits {
  private readonly undoable: Undone[] = [];

  get canUndo(): boolean {
    return this.undoable.length > 0;
  }

  /** Changes one place of a value and nothing else of it. */
  async edit(cell: CellEdit, signal: AbortSignal): Promise<EditOutcome> {
    const edited = editValue(cell.seen.value, cell.path, cell.typed);
    if (edited.kind !== 'edited') {
      return edited;
    }
    const outcome = await write(cell, edited.bytes, signal);
    if (outcome.kind === 'saved') {
      const { bucketCreated, seen: before } = cell;
      this.undoable.push({ bucketCreated, before, revision: outcome.entry.revision });
      this.undoable.splice(0, this.undoable.length - mostUndone);
    }
    return outcome;
  }

  /** Puts back what the last edit replaced, unless it was changed since. Undefined: nothing to undo. */
  async undo(
    connection: KvConnection,
    bucket: string,
    signal: AbortSignal,
  ): Promise<EditOutcome | undefined> {
    const last = this.undoable.pop();
    if (!last) {
      return undefined;
    }
    const { before, revision, bucketCreated } = last;
    const seen = { ...before, revision };
    const outcome = await write({ connection, bucket, bucketCreated, seen }, before.value, signal);
    if (outcome.kind === 'refused') {
      // Nothing was written: it may go well another time.
      this.undoable.push(last);
    }
    return outcome;
  }
}

async function write(
  { connection, bucket, bucketCreated, seen }: Omit<CellEdit, 'path' | 'typed'>,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<EditOutcome> {
  const { key, revision } = seen;
  const target = { connection, bucket, key, revision, bucketCreated };
  // It reads the key once more, and keeps the headers and the TTL that it finds there.
  const act = () => ({ kind: 'put', value: bytes }) as const;
  const [outcome] = await runBulk([target], { act, signal });
  if (!outcome || outcome.kind === 'skipped') {
    const current = await connection.get(bucket, key, { consistent: true, signal });
    return { kind: 'conflict', current: current && isLive(current) ? current : undefined };
  }
  if (outcome.kind !== 'done') {
    return outcome;
  }
  const facts = { headers: ownHeaders(seen), revision: outcome.revision };
  return { kind: 'saved', entry: { ...seen, ...facts, value: bytes, size: bytes.length } };
}
