import { Pace } from '../base/pace';
import { readInBatches } from '../find/batchReading';
import type { KeyTree } from '../keys/tree/keyTree';
import type { Entry } from '../model/entry';
import { isKvError, throwIfCancelled } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';

export interface RowReading {
  readonly tree: KeyTree;
  readonly connection: KvConnection;
  readonly bucket: string;
  readonly signal: AbortSignal;
  /** Rest between two batches of values, in milliseconds. */
  readonly pauseMs: number;
  /** Takes in the last message of a row; undefined where there is none or it cannot be read. */
  readonly take: (row: number, entry: Entry | undefined) => void;
  readonly onProgress: (read: number, of: number) => void;
}

const keysAtOnce = 2_000;
/** Fewer than these are asked for by their names, however small the bucket is. */
const fewestStreamed = 2_500;

/**
 * Reads the values of rows of a tree, in turns of a few milliseconds: of most keys of a large bucket as the
 * server streams all of them, which takes a fraction of the time, else and whatever that left out by their
 * names. Throws a `KvError`; what was taken by then is good.
 */
export async function readRows(rows: Uint32Array, reading: RowReading): Promise<void> {
  if (rows.length === 0) {
    return;
  }
  const run = new ReadingRun(rows, reading);
  // Said before the first answer, which may take its time.
  run.tell();
  if (isStreamed(rows.length, reading)) {
    await run.stream();
  }
  await run.ask();
}

/** A rest between batches that somebody has asked for is kept by asking, not by a stream. */
function isStreamed(count: number, { tree, pauseMs }: RowReading): boolean {
  return pauseMs === 0 && count >= fewestStreamed && count >= tree.count('') / 2;
}

/** Owns which rows are still to be read; changes only through `stream` and `ask`. */
class ReadingRun {
  private readonly pace = new Pace();
  private readonly missing: Uint8Array;
  private done = 0;

  constructor(
    private readonly rows: Uint32Array,
    private readonly reading: RowReading,
  ) {
    this.missing = new Uint8Array(reading.tree.rows().end);
    rows.forEach((row) => (this.missing[row] = 1));
  }

  tell(): void {
    this.reading.onProgress(this.done, this.rows.length);
  }

  async stream(): Promise<void> {
    const { connection, bucket, tree, signal } = this.reading;
    try {
      for await (const entries of connection.read(bucket, { signal })) {
        for (const entry of entries) {
          this.takeIfMissing(tree.rowOf(entry.key), entry);
          await this.restIfOver();
        }
        this.tell();
      }
    } catch (error) {
      throwIfCancelled(signal);
      if (!isKvError(error) || isKvError(error, 'disconnected')) {
        throw error;
      }
      // One that may make no consumer, or a message that nobody can read: the others are asked for by name.
    }
  }

  async ask(): Promise<void> {
    const { tree, connection, bucket, signal, pauseMs } = this.reading;
    const treeRows = tree.rows();
    const rows = this.rows.filter((row) => this.missing[row] === 1);
    const onUnreadable = (): void => {
      // It counts as a value in which nothing is found.
    };
    for (let start = 0; start < rows.length; start += keysAtOnce) {
      const part = rows.subarray(start, start + keysAtOnce);
      const keys = Array.from(part, (row) => treeRows.key(row));
      const asked = { connection, bucket, keys, signal, pauseMs, onUnreadable };
      let at = 0;
      for await (const entries of readInBatches(asked)) {
        for (const entry of entries) {
          this.takeIfMissing(part[at++] ?? 0, entry);
          await this.restIfOver();
        }
        this.tell();
      }
    }
  }

  private takeIfMissing(row: number, entry: Entry | undefined): void {
    if (this.missing[row] === 1) {
      this.missing[row] = 0;
      this.done++;
      this.reading.take(row, entry);
    }
  }

  private async restIfOver(): Promise<void> {
    if (this.pace.isOver) {
      await this.pace.rest();
      throwIfCancelled(this.reading.signal);
    }
  }
}
