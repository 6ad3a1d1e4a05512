import { t } from '../base/l10n';
import { isLive, type Entry, type WriteOutcome } from '../model/entry';
import { isKvError, toKvError, type KvError } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';
import { ownHeaders } from '../model/headers';
import { runInBulk, type BulkRun } from './bulkRun';
import { persistently } from './persistently';
import type { AttemptedWrite } from './resolveWrite';
import { settleWrite, type SettledWrite } from './settleWrite';

/** A key as a plan has seen it: only that revision is replaced. */
export interface BulkTarget {
  readonly connection: KvConnection;
  readonly bucket: string;
  readonly key: string;
  readonly revision: number;
  /** When its bucket was created, where that was seen: one that was made again is left alone. */
  readonly bucketCreated?: number | undefined;
}

/** What is to become of a key; `leave` for one that turns out to need nothing. */
export type BulkAct =
  | { readonly kind: 'put'; readonly value: Uint8Array }
  | { readonly kind: 'delete' | 'purge' }
  | { readonly kind: 'leave'; readonly reason: string };

/**
 * What became of a key. `done`: under a new revision, 0 where `removed` messages went without a marker.
 * `skipped`: it was not touched, since it is another revision by now, has no
 * value any more, was left, or the run was cancelled before its turn. `unknown`: the link broke, and
 * reading back did not tell whether it was written.
 */
export type BulkOutcome =
  | { readonly kind: 'done'; readonly revision: number; readonly removed?: number }
  | { readonly kind: 'skipped'; readonly why: 'changed' | 'gone' | 'cancelled' }
  | { readonly kind: 'skipped'; readonly why: 'left'; readonly reason: string }
  | { readonly kind: 'refused'; readonly error: KvError }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface BulkOptions<T extends BulkTarget> extends BulkRun {
  /** Told by what the key holds, which is what it held when the plan was made. */
  readonly act: (entry: Entry, target: T) => BulkAct;
}

/**
 * Carries a plan out: key by key, some at a time, each by compare-and-swap from the revision that the
 * plan has seen. It waits for a link that was lost, and finds out what became of what was under way.
 * Never throws: the outcomes are in the order of the targets.
 */
export async function runBulk<T extends BulkTarget>(
  targets: readonly T[],
  options: BulkOptions<T>,
): Promise<BulkOutcome[]> {
  const outcomes: BulkOutcome[] = targets.map(() => ({ kind: 'skipped', why: 'cancelled' }));
  await runInBulk(targets.length, options, async (at) => {
    outcomes[at] = await attempt(targets[at] as T, options.act, options.signal);
  });
  return outcomes;
}

async function attempt<T extends BulkTarget>(
  target: T,
  act: BulkOptions<T>['act'],
  signal: AbortSignal,
): Promise<BulkOutcome> {
  const { connection, bucket, key, revision } = target;
  return settled(connection, signal, async () => {
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
      : write(target, { entry, wanted, signal });
  });
}

/**
 * Deletes or purges a key in one request, by compare-and-swap from the revision that was seen. Finds
 * out what became of a write that was not answered; never throws.
 */
export function removeSeen(
  target: BulkTarget,
  operation: 'delete' | 'purge',
  signal: AbortSignal,
): Promise<BulkOutcome> {
  return settled(target.connection, signal, () =>
    write(target, { wanted: { kind: operation }, signal }),
  );
}

/**
 * Puts a value in one request, by compare-and-swap from the revision that was seen, 0 for none. Finds
 * out what became of a write that was not answered; never throws.
 */
export function putSeen(
  { connection, bucket, key, revision: expected, bucketCreated }: BulkTarget,
  value: Uint8Array,
  { headers, ttl }: Pick<Entry, 'headers' | 'ttl'>,
  signal: AbortSignal,
): Promise<BulkOutcome> {
  const options = {
    expected,
    bucketCreated,
    ...(headers.length > 0 && { headers }),
    ...(ttl !== undefined && { ttl: { kind: 'set', ttl } as const }),
  };
  return settled(connection, signal, async () => {
    const put = () => connection.put(bucket, key, value, options);
    const place = { connection, bucket, key };
    return toOutcome(
      await settleWrite(place, { value, ...options }, { expected, signal, patient: true }, put),
    );
  });
}

/** What an attempt comes to, repeated until there is an answer. */
export async function settled<Outcome>(
  connection: KvConnection,
  signal: AbortSignal,
  attempt: () => Promise<Outcome>,
): Promise<Outcome | BulkOutcome> {
  try {
    return await persistently(connection.state, signal, attempt);
  } catch (error) {
    return isKvError(error, 'cancelled')
      ? { kind: 'skipped', why: 'cancelled' }
      : { kind: 'refused', error: toKvError(error) };
  }
}

interface Write {
  /** What is replaced; only a put needs it. */
  readonly entry?: Entry;
  readonly wanted: Exclude<BulkAct, { kind: 'leave' }>;
  readonly signal: AbortSignal;
}

/** What has begun is brought to its end, also when the run is cancelled; only finding out is given up. */
async function write(target: BulkTarget, what: Write): Promise<BulkOutcome> {
  const { connection, bucket, key, revision: expected } = target;
  const { signal } = what;
  const attempted = attemptedBy(what);
  const options = { expected, signal, patient: true };
  const place = { connection, bucket, key };
  return toOutcome(await settleWrite(place, attempted, options, () => send(target, what)));
}

function send(
  { connection, bucket, key, revision: expected, bucketCreated }: BulkTarget,
  { entry, wanted }: Write,
): Promise<WriteOutcome> {
  if (wanted.kind !== 'put') {
    return connection[wanted.kind](bucket, key, { expected, bucketCreated });
  }
  return connection.put(bucket, key, wanted.value, { expected, bucketCreated, ...keptOf(entry) });
}

/** What stays with a value that takes the place of another. */
function keptOf(entry: Entry | undefined) {
  const headers = entry ? ownHeaders(entry) : [];
  return {
    ...(headers.length > 0 && { headers }),
    ...(entry?.ttl !== undefined && { ttl: { kind: 'keep' } as const }),
  };
}

function attemptedBy({ entry, wanted }: Write): AttemptedWrite {
  switch (wanted.kind) {
    case 'put':
      return { value: wanted.value, ...keptOf(entry) };
    case 'delete':
      return 'DEL';
    case 'purge':
      return 'PURGE';
  }
}

/** What a write by compare-and-swap came to, in the words of a report. */
export function toOutcome(outcome: SettledWrite): BulkOutcome {
  switch (outcome.kind) {
    case 'saved':
      return { kind: 'done', revision: outcome.revision };
    case 'conflict':
      return 'certain' in outcome && !outcome.certain
        ? { kind: 'unknown', reason: t('it was changed when the answer was lost') }
        : { kind: 'skipped', why: 'changed' };
    case 'unknown':
      return outcome;
  }
}
