import type { BatchChange } from '../model/batch';
import type { KvConnection } from '../model/kvConnection';
import { putSeen, removeSeen, type BulkOutcome } from './bulk';
import { runInBulk, type BulkRun } from './bulkRun';

/** What keys that were written one after the other came to. */
export interface InTurnResult {
  /** The revisions of the changes that were written, in their order from the first on. */
  readonly revisions: readonly number[];
  /** What became of the change after them, where that was not written: it was the last to be tried. */
  readonly stopped: BulkOutcome | undefined;
}

export interface InTurnOptions extends Pick<BulkRun, 'signal' | 'rate' | 'onProgress'> {
  /** See `WriteOptions`. */
  readonly bucketCreated?: number | undefined;
}

/**
 * Writes keys one after the other, each by compare-and-swap, where a bucket takes no batches. Stops at the
 * first that is not written: what is before it stays, what is after it is not touched. Never throws.
 */
export async function writeInTurn(
  place: { readonly connection: KvConnection; readonly bucket: string },
  changes: readonly BatchChange[],
  { signal, rate, onProgress, bucketCreated }: InTurnOptions,
): Promise<InTurnResult> {
  const revisions: number[] = [];
  const stop = new AbortController();
  let stopped: BulkOutcome | undefined;
  const run = {
    signal: AbortSignal.any([signal, stop.signal]),
    inFlight: 1,
    ...(rate && { rate }),
    ...(onProgress && { onProgress }),
  };
  await runInBulk(changes.length, run, async (at) => {
    const change = changes[at] as BatchChange;
    const target = { ...place, key: change.key, revision: change.expected, bucketCreated };
    const outcome =
      change.kind === 'put'
        ? await putSeen(
            target,
            change.value,
            { headers: change.headers ?? [], ttl: change.ttl },
            signal,
          )
        : await removeSeen(target, 'delete', signal);
    if (outcome.kind === 'done') {
      revisions.push(outcome.revision);
    } else {
      stopped = outcome;
      stop.abort();
    }
  });
  const isCut = stopped === undefined && revisions.length < changes.length;
  return { revisions, stopped: isCut ? { kind: 'skipped', why: 'cancelled' } : stopped };
}
