import { shortened, type EntryPlace } from './copyEntry';
import type { WriteOutcome } from '../model/entry';
import { isKvError } from '../model/errors';
import type { CallOptions, KvConnection } from '../model/kvConnection';
import { resolveWrite, type AttemptedWrite } from './resolveWrite';

/** A key, on what tells what became of a write. */
export interface SettlePlace extends Omit<EntryPlace, 'connection'> {
  readonly connection: Pick<KvConnection, 'get' | 'history' | 'state'>;
}

export interface SettleOptions extends CallOptions {
  /** The only revision that is replaced. */
  readonly expected: number;
  /** Told when it is not known whether it was written, before that is found out. */
  readonly onUnknown?: ((reason: string) => void) | undefined;
}

/**
 * Writes by compare-and-swap. Where the link broke before the answer, it finds out what became of the
 * write, and writes again if it did not happen. `unknown` only when the link did not come back in time,
 * or the caller gave up.
 */
export async function settleWrite(
  { connection, bucket, key }: SettlePlace,
  attempted: AttemptedWrite,
  { expected, signal, onUnknown }: SettleOptions,
  write: (signal: AbortSignal | undefined) => Promise<WriteOutcome>,
): Promise<WriteOutcome> {
  const first = await write(signal);
  if (first.kind !== 'unknown') {
    return first;
  }
  onUnknown?.(first.reason);
  const patience = shortened(signal);
  try {
    const options = { expected, signal: patience };
    const resolved = await resolveWrite(connection, bucket, key, attempted, options);
    // The same compare-and-swap again cannot do harm, whatever became of the first.
    return resolved.kind === 'notWritten' ? await write(patience) : resolved;
  } catch (error) {
    if (isKvError(error, 'cancelled')) {
      return first;
    }
    throw error;
  }
}

/** Deletes or purges a key by compare-and-swap, and finds out what became of it. */
export function removeEntry(
  place: EntryPlace,
  operation: 'DEL' | 'PURGE',
  options: SettleOptions,
): Promise<WriteOutcome> {
  const { connection, bucket, key } = place;
  const { expected } = options;
  return settleWrite(place, operation, options, (signal) =>
    operation === 'DEL'
      ? connection.delete(bucket, key, { expected, signal })
      : connection.purge(bucket, key, { expected, signal }),
  );
}
