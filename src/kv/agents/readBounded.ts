import { readReadable } from '../find/batchReading';
import type { Entry } from '../model/entry';
import { throwIfCancelled } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';
import { limits } from './limits';
import type { BucketPlace, ToolContext } from './toolContext';

/** A key that was read, with its last message. */
export interface ReadValue {
  readonly key: string;
  /** Undefined where there is none, and where it cannot be read. */
  readonly entry: Entry | undefined;
  readonly isUnreadable: boolean;
}

/** Keys that are asked for with one request, at most. */
const mostAtOnce = 16;

/**
 * The last messages of keys in their order, some at a time, until one call has read what it may. Nobody knows
 * a size before the answer, so that no more is asked for at once than fits if each were as large as the server takes.
 */
export async function* readBounded(
  { signal }: ToolContext,
  { connection, bucket }: BucketPlace,
  keys: readonly string[],
): AsyncGenerator<ReadValue> {
  let [at, bytes, largest] = [0, 0, largestOf(connection)];
  while (at < keys.length && bytes < limits.readBytes) {
    const fitting = Math.floor((limits.readBytes - bytes) / largest);
    const part = keys.slice(at, at + Math.max(1, Math.min(mostAtOnce, fitting)));
    const unread = new Set<string>();
    const onUnreadable = (key: string): void => void unread.add(key);
    const entries = await readReadable(connection, bucket, part, { signal, onUnreadable });
    throwIfCancelled(signal);
    at += part.length;
    for (const [index, key] of part.entries()) {
      const entry = entries[index];
      const size = entry?.size ?? 0;
      bytes += size;
      largest = Math.max(largest, size);
      yield { key, entry, isUnreadable: unread.has(key) };
    }
  }
}

/** The largest message that the server takes, in bytes. */
function largestOf({ state: { current } }: KvConnection): number {
  return current.kind === 'connected' ? Math.max(1, current.server.maxPayload) : 1;
}
