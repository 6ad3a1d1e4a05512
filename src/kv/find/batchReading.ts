import { setTimeout } from 'node:timers/promises';
import type { Entry } from '../model/entry';
import { throwIfCancelled } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';

export interface BatchReading {
  readonly connection: KvConnection;
  readonly bucket: string;
  readonly keys: readonly string[];
  readonly signal: AbortSignal;
  /** Rest between two requests, in milliseconds. */
  readonly pauseMs: number;
  /** Told of each key whose message cannot be read; it comes as undefined. */
  readonly onUnreadable?: (key: string) => void;
}

const firstKeys = 64;
const fewestKeys = 4;
const mostKeys = 256;
/** What one answer should weigh: the server sends all of it at once. */
const batchBytes = 2 * 1024 * 1024;

/**
 * The last messages of keys in their order, a batch at a time. One batch is read ahead while the one
 * before it is worked on, never more, so that a reader who takes time is waited for. Batches get
 * smaller where values are large.
 */
export async function* readInBatches(
  reading: BatchReading,
): AsyncGenerator<readonly (Entry | undefined)[]> {
  const { keys, signal } = reading;
  let size = firstKeys;
  let at = Math.min(size, keys.length);
  let ahead = read(reading, 0, at, false);
  while (at > 0) {
    const entries = await ahead;
    throwIfCancelled(signal);
    size = nextSize(entries);
    const end = Math.min(keys.length, at + size);
    const isLast = at === end;
    ahead = isLast ? Promise.resolve([]) : read(reading, at, end, true);
    // Whoever stops reading does not wait for it, nor for its failure.
    ahead.catch(() => undefined);
    yield entries;
    if (isLast) {
      return;
    }
    at = end;
  }
}

async function read(
  { connection, bucket, keys, signal, pauseMs, onUnreadable }: BatchReading,
  start: number,
  end: number,
  pauses: boolean,
): Promise<(Entry | undefined)[]> {
  if (start === end) {
    return [];
  }
  if (pauses && pauseMs > 0) {
    await setTimeout(pauseMs, undefined, { signal }).catch(() => throwIfCancelled(signal));
  }
  const options = { signal, ...(onUnreadable && { onUnreadable }) };
  return connection.getMany(bucket, keys.slice(start, end), options);
}

function nextSize(entries: readonly (Entry | undefined)[]): number {
  const bytes = entries.reduce((sum, entry) => sum + (entry?.size ?? 0), 0);
  const average = Math.max(1, bytes / Math.max(1, entries.length));
  return Math.round(Math.min(mostKeys, Math.max(fewestKeys, batchBytes / average)));
}
