import { setTimeout } from 'node:timers/promises';
import type { Entry } from '../model/entry';
import { inParallel } from '../base/inParallel';
import { isKvError, throwIfCancelled, type KvError } from '../model/errors';
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
const singlyAtOnce = 16;
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
  const part = keys.slice(start, end);
  return onUnreadable
    ? readReadable(connection, bucket, part, { signal, onUnreadable })
    : connection.getMany(bucket, part, { signal });
}

/**
 * The last messages of keys. Of a server that refuses a batch since one of its keys may not be read, each
 * key is asked for by itself. Throws `denied` where none of them may be read.
 */
export async function readReadable(
  connection: KvConnection,
  bucket: string,
  keys: readonly string[],
  options: {
    readonly signal: AbortSignal;
    readonly onUnreadable: (key: string) => void;
  },
): Promise<(Entry | undefined)[]> {
  try {
    return await connection.getMany(bucket, keys, options);
  } catch (error) {
    if (!isKvError(error, 'denied') || keys.length < 2) {
      throw error;
    }
    return readSingly(connection, bucket, keys, options, error);
  }
}

async function readSingly(
  connection: KvConnection,
  bucket: string,
  keys: readonly string[],
  { signal, onUnreadable }: Parameters<typeof readReadable>[3],
  refusal: KvError,
): Promise<(Entry | undefined)[]> {
  const read = new Map<string, Entry | undefined>();
  const refused: string[] = [];
  await inParallel(keys, singlyAtOnce, async (key) => {
    try {
      read.set(key, await connection.get(bucket, key, { signal }));
    } catch (error) {
      if (!isKvError(error, 'denied')) {
        throw error;
      }
      refused.push(key);
    }
  });
  if (read.size === 0) {
    throw refusal;
  }
  refused.forEach(onUnreadable);
  return keys.map((key) => read.get(key));
}

function nextSize(entries: readonly (Entry | undefined)[]): number {
  const bytes = entries.reduce((sum, entry) => sum + (entry?.size ?? 0), 0);
  const average = Math.max(1, bytes / Math.max(1, entries.length));
  return Math.round(Math.min(mostKeys, Math.max(fewestKeys, batchBytes / average)));
}
