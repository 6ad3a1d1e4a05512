import { Pace } from '../base/pace';
import { isLive, type Entry } from '../model/entry';
import { throwIfCancelled } from '../model/errors';
import type { BulkAct, BulkTarget } from '../operations/bulk';
import type { ConnectionSession } from '../session/connectionSession';
import { textOf } from '../values/textForm';
import type { ValuePlace } from '../values/valueCodec';
import type { ClosedValue, OpenedValue } from '../values/valueForm';
import { readInBatches } from './batchReading';
import { GuardedRun } from './guardedRun';
import { applyEdits, editsOfStored, type TextEdit, type ValueReplacer } from './valueReplace';

/** Keeps a byte order mark. */
const asStored = new TextDecoder('utf-8', { ignoreBOM: true });

/** Other than white space: what has one is hardly a text, where it should be encoded. */
const controlCharacter = /[^\P{Cc}\t\n\r]/u;

/** How values are shown and stored, as in an editor. */
export interface ValueForms {
  open(stored: Uint8Array, place: ValuePlace): OpenedValue;
  close(content: Uint8Array, opened: OpenedValue, exact: boolean): ClosedValue;
}

/** A value in which matches are to be replaced. */
export interface ReplaceTarget {
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly key: string;
  /** The revision that the matches were found in. */
  readonly revision: number;
  /** Numbers of the matches; all that there are when omitted. */
  readonly ordinals?: readonly number[];
}

/** A value that the plan changes, as the editor shows it. */
export interface PlannedReplace extends BulkTarget {
  readonly session: ConnectionSession;
  readonly before: string;
  readonly after: string;
  readonly count: number;
  readonly wanted: (ordinal: number) => boolean;
}

/**
 * Why a value is left alone. `changed`: it is another revision than the one searched. `gone`: it has no
 * value any more. `same`: nothing would be another. `slow`: the expression takes too long.
 */
export type LeaveReason =
  'changed' | 'gone' | 'same' | 'slow' | 'binary' | { readonly text: string };

interface LeftValue {
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly key: string;
  readonly reason: LeaveReason;
}

export interface ReplacePlan {
  readonly changes: readonly PlannedReplace[];
  readonly left: readonly LeftValue[];
}

export interface ReplaceOptions {
  readonly replacer: ValueReplacer;
  readonly forms: ValueForms;
  readonly signal: AbortSignal;
  readonly onProgress?: (read: number) => void;
}

/** Reads the values and works out what each would become; nothing is written. */
export async function planReplace(
  targets: readonly ReplaceTarget[],
  options: ReplaceOptions,
): Promise<ReplacePlan> {
  const changes: PlannedReplace[] = [];
  const left: LeftValue[] = [];
  const edit = new ValueEdit(options);
  const pace = new Pace();
  let read = 0;
  for (const group of byBucket(targets)) {
    const [{ session, bucket }] = group;
    const connection = await session.connect();
    const keys = group.map(({ key }) => key);
    const reading = { connection, bucket, keys, signal: options.signal, pauseMs: 0 };
    let at = 0;
    for await (const entries of readInBatches(reading)) {
      for (const entry of entries) {
        const target = group[at++] as ReplaceTarget;
        const { key, revision } = target;
        const wanted = wantedOf(target);
        const made = edit.of(entry, target, wanted);
        if ('reason' in made) {
          left.push({ session, bucket, key, reason: made.reason });
        } else {
          changes.push({ session, connection, bucket, key, revision, wanted, ...made.texts });
        }
        await pace.rest();
        throwIfCancelled(options.signal);
      }
      read += entries.length;
      options.onProgress?.(read);
    }
  }
  return { changes, left };
}

/** What is stored for a value of the plan. It is worked out again, so that a plan holds no bytes. */
export function replaceAct(
  entry: Entry,
  planned: PlannedReplace,
  options: Pick<ReplaceOptions, 'replacer' | 'forms'>,
  words: (reason: LeaveReason) => string,
): BulkAct {
  const made = new ValueEdit(options).of(entry, planned, planned.wanted);
  if ('reason' in made) {
    return { kind: 'leave', reason: words(made.reason) };
  }
  // How the value is shown may have changed: what is written is what the plan told of.
  const isAsTold = made.texts.before === planned.before && made.texts.after === planned.after;
  return isAsTold
    ? { kind: 'put', value: made.bytes }
    : { kind: 'leave', reason: words('changed') };
}

type Edited =
  | {
      readonly texts: Pick<PlannedReplace, 'before' | 'after' | 'count'>;
      readonly bytes: Uint8Array;
    }
  | { readonly reason: LeaveReason };

class ValueEdit {
  private readonly guard = new GuardedRun();

  constructor(private readonly options: Pick<ReplaceOptions, 'replacer' | 'forms'>) {}

  of(
    entry: Entry | undefined,
    { bucket, revision }: Pick<ReplaceTarget, 'bucket' | 'revision'>,
    wanted: (ordinal: number) => boolean,
  ): Edited {
    if (!entry || !isLive(entry)) {
      return { reason: 'gone' };
    }
    if (entry.revision !== revision) {
      return { reason: 'changed' };
    }
    const { forms, replacer } = this.options;
    const opened = forms.open(entry.value, { ...entry, bucket });
    const before = textOf(opened.shown);
    if (before === undefined) {
      return { reason: 'binary' };
    }
    if (opened.undecodable !== undefined && controlCharacter.test(before)) {
      return { reason: { text: opened.undecodable } };
    }
    let edits: readonly TextEdit[] = [];
    if (!this.guard.run(() => (edits = replacer(before, wanted)))) {
      return { reason: 'slow' };
    }
    const after = applyEdits(before, edits);
    return after === before
      ? { reason: 'same' }
      : this.closed(opened, edits, { before, after, count: edits.length });
  }

  private closed(
    opened: OpenedValue,
    edits: readonly TextEdit[],
    texts: Pick<PlannedReplace, 'before' | 'after' | 'count'>,
  ): Edited {
    const stored = asStored.decode(opened.shown);
    const content = applyEdits(stored, editsOfStored(stored, edits));
    const closed = this.options.forms.close(Buffer.from(content), opened, true);
    switch (closed.kind) {
      case 'value':
        return { texts, bytes: closed.bytes };
      case 'invalid':
        return { reason: { text: closed.problem } };
      case 'viewOnly':
        return { reason: { text: closed.reason } };
    }
  }
}

function wantedOf({ ordinals }: ReplaceTarget): (ordinal: number) => boolean {
  if (!ordinals) {
    return () => true;
  }
  const all = new Set(ordinals);
  return (ordinal) => all.has(ordinal);
}

function byBucket(
  targets: readonly ReplaceTarget[],
): (readonly [ReplaceTarget, ...ReplaceTarget[]])[] {
  const groups = new Map<string, [ReplaceTarget, ...ReplaceTarget[]]>();
  for (const target of targets) {
    const id = `${target.session.id}/${target.bucket}`;
    const group = groups.get(id);
    if (group) {
      group.push(target);
    } else {
      groups.set(id, [target]);
    }
  }
  return [...groups.values()];
}
