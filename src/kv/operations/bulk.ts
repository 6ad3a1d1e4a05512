import { isLive, type Entry, type WriteOutcome } from '../model/entry';
import { isKvError, toKvError, type KvError } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';
import { ownHeaders } from '../model/headers';
import { shortened } from './copyEntry';
import { resolveWrite, type AttemptedWrite } from './resolveWrite';

/** A key as a plan has seen it: only that revision is replaced. */
export interface BulkTarget {
  readonly connection: KvConnection;
  readonly bucket: string;
  readonly key: string;
  readonly revision: number;
}

/** What is to become of a key; `leave` for one that turns out to need nothing. */
export type BulkAct =
  | { readonly kind: 'put'; readonly value: Uint8Array }
  | { readonly kind: 'delete' | 'purge' }
  | { readonly kind: 'leave'; readonly reason: string };

/**
 * What became of a key. `skipped`: it was not touched, since it is another revision by now, has no
 * value any more, was left, or the run was cancelled before its turn. `unknown`: the link broke, and
 * reading back did not tell whether it was written.
 */
export type BulkOutcome =
  | { readonly kind: 'done'; readonly revision: number }
  | { readonly kind: 'skipped'; readonly why: 'changed' | 'gone' | 'cancelled' }
  | { readonly kind: 'skipped'; readonly why: 'left'; readonly reason: string }
  | { readonly kind: 'refused'; readonly error: KvError }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface BulkOptions<T extends BulkTarget> {
  /** Told by what the key holds, which is what it held when the plan was made. */
  readonly act: (entry: Entry, target: T) => BulkAct;
  readonly signal: AbortSignal;
  /** Keys that have been dealt with. */
  readonly onProgress?: (done: number) => void;
}

const inFlight = 8;

/**
 * Carries a plan out: key by key, some at a time, each by compare-and-swap from the revision that the
 * plan has seen. Never throws: the outcomes are in the order of the targets.
 */
export async function runBulk<T extends BulkTarget>(
  targets: readonly T[],
  { act, signal, onProgress }: BulkOptions<T>,
): Promise<BulkOutcome[]> {
  const outcomes: BulkOutcome[] = targets.map(() => ({ kind: 'skipped', why: 'cancelled' }));
  let [next, done] = [0, 0];
  const work = async (): Promise<void> => {
    while (next < targets.length && !signal.aborted) {
      const at = next++;
      outcomes[at] = await attempt(targets[at] as T, act, signal);
      onProgress?.(++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, targets.length) }, work));
  return outcomes;
}

async function attempt<T extends BulkTarget>(
  target: T,
  act: BulkOptions<T>['act'],
  signal: AbortSignal,
): Promise<BulkOutcome> {
  try {
    const { connection, bucket, key, revision } = target;
    const entry = await connection.get(bucket, key, { consistent: true, signal });
    if (!entry || !isLive(entry)) {
      return { kind: 'skipped', why: 'gone' };
    }
    if (entry.revision !== revision) {
      return { kind: 'skipped', why: 'changed' };
    }
    const wanted = act(entry, target);
    return wanted.kind === 'leave'
      ? { kind: 'skipped', why: 'left', reason: wanted.reason }
      : await write(target, entry, wanted);
  } catch (error) {
    return isKvError(error, 'cancelled')
      ? { kind: 'skipped', why: 'cancelled' }
      : { kind: 'refused', error: toKvError(error) };
  }
}

type Write = Exclude<BulkAct, { kind: 'leave' }>;

/** What has begun is brought to its end, also when the run is cancelled: it takes one request. */
async function write(target: BulkTarget, entry: Entry, wanted: Write): Promise<BulkOutcome> {
  const outcome = await send(target, entry, wanted);
  if (outcome.kind !== 'unknown') {
    return toOutcome(outcome);
  }
  const { connection, bucket, key, revision: expected } = target;
  try {
    const signal = shortened(undefined);
    const attempted = attemptedBy(wanted);
    const resolved = await resolveWrite(connection, bucket, key, attempted, { expected, signal });
    if (resolved.kind === 'saved') {
      return { kind: 'done', revision: resolved.revision };
    }
    // The same compare-and-swap again cannot do harm, whatever became of the first.
    return toOutcome(await send(target, entry, wanted));
  } catch (error) {
    if (isKvError(error, 'cancelled')) {
      return outcome;
    }
    throw error;
  }
}

function send(
  { connection, bucket, key, revision: expected }: BulkTarget,
  entry: Entry,
  wanted: Write,
): Promise<WriteOutcome> {
  if (wanted.kind !== 'put') {
    return connection[wanted.kind](bucket, key, { expected });
  }
  const headers = ownHeaders(entry);
  return connection.put(bucket, key, wanted.value, {
    expected,
    ...(headers.length > 0 && { headers }),
    ...(entry.ttl !== undefined && { ttl: { kind: 'keep' } }),
  });
}

function attemptedBy(wanted: Write): AttemptedWrite {
  switch (wanted.kind) {
    case 'put':
      return wanted.value;
    case 'delete':
      return 'DEL';
    case 'purge':
      return 'PURGE';
  }
}

function toOutcome(outcome: WriteOutcome): BulkOutcome {
  switch (outcome.kind) {
    case 'saved':
      return { kind: 'done', revision: outcome.revision };
    case 'conflict':
      return { kind: 'skipped', why: 'changed' };
    case 'unknown':
      return outcome;
  }
}
