import { shortened, type EntryPlace } from './copyEntry';
import type { ResolvedWrite, WriteOutcome } from '../model/entry';
import { isKvError, isPassing } from '../model/errors';
import type { CallOptions, KvConnection } from '../model/kvConnection';
import { persistently } from './persistently';
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
  /** Finds out for as long as the signal lets it, however often the link is lost; for a while otherwise. */
  readonly patient?: boolean;
}

/** As `WriteOutcome`; a conflict that is not `certain` may have come after this write. */
export type SettledWrite = WriteOutcome | Exclude<ResolvedWrite, { readonly kind: 'notWritten' }>;

/** How often a patient caller writes again what was not written. */
const mostWrites = 5;

/**
 * Writes by compare-and-swap. Where the link broke before the answer, it finds out what became of the
 * write, and writes again if it did not happen. `unknown` only when the link did not come back in time,
 * or the caller gave up.
 */
export async function settleWrite(
  { connection, bucket, key }: SettlePlace,
  attempted: AttemptedWrite,
  { expected, signal, onUnknown, patient = false }: SettleOptions,
  write: (signal: AbortSignal | undefined) => Promise<WriteOutcome>,
): Promise<SettledWrite> {
  const first = await write(signal);
  if (first.kind !== 'unknown') {
    return first;
  }
  onUnknown?.(first.reason);
  const patience = patient ? signal : shortened(signal);
  const source = { connection, bucket, key, attempted, expected, patience };
  let last: WriteOutcome = first;
  try {
    for (let writes = 1; last.kind === 'unknown' && writes < (patient ? mostWrites : 2); writes++) {
      const resolved = await (patient ? readBackPatiently(source, last) : readBack(source));
      if (resolved.kind !== 'notWritten') {
        return resolved;
      }
      // The same compare-and-swap again cannot do harm, whatever became of the first.
      last = await write(patience);
    }
    return last;
  } catch (error) {
    if (isKvError(error, 'cancelled')) {
      return last;
    }
    throw error;
  }
}

interface ReadBack extends SettlePlace {
  readonly attempted: AttemptedWrite;
  readonly expected: number;
  readonly patience: AbortSignal | undefined;
}

function readBack(source: ReadBack): Promise<ResolvedWrite> {
  const { connection, bucket, key, attempted, expected, patience } = source;
  return resolveWrite(connection, bucket, key, attempted, { expected, signal: patience });
}

/** Stays unknown where nobody answers. */
async function readBackPatiently(
  source: ReadBack,
  unknown: WriteOutcome & { kind: 'unknown' },
): Promise<ResolvedWrite | SettledWrite> {
  try {
    const { connection, patience } = source;
    return await persistently(connection.state, patience, () => readBack(source));
  } catch (error) {
    if (isKvError(error) && isPassing(error)) {
      return unknown;
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
