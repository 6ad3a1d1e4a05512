import type { Entry, KeyInfo } from '../model/entry';
import { removeSeen, settled, toOutcome, type BulkOutcome } from '../operations/bulk';
import type { BulkResult } from '../operations/bulkResult';
import type { BulkRun } from '../operations/bulkRun';
import { runPlan } from '../operations/runPlan';
import { restoreEntry } from '../operations/restoreEntry';
import type { RestorePlan } from './planRestore';

/** Requests in flight: more make no server faster, and would only queue up in it. */
const inFlight = 64;

export interface RestoreRun extends BulkRun {
  /** Headers to store with what is put, besides those of the value. */
  readonly headers?: Entry['headers'];
}

/**
 * Brings keys back to their moment: each only from the revision that the plan has seen, and only in the
 * bucket that was looked at. Waits for a link that was lost. Never rejects.
 */
export function runRestore(plan: RestorePlan, run: RestoreRun): Promise<BulkResult> {
  const { targets } = plan;
  return runPlan(plan.targets, { inFlight, ...run }, (at, signal) => {
    const { key, now, then } = targets.rowAt(at);
    return targets.actAt(at) === 'put' && then
      ? put(plan, { key, from: then, over: now.revision, run, signal })
      : remove(plan, key, now.revision, signal);
  });
}

/**
 * Brings keys back to what they were before a restore, each only from the revision that it left. A value
 * that the history holds no more is refused. Never rejects.
 */
export function undoRestore(
  { plan, result }: { readonly plan: RestorePlan; readonly result: BulkResult },
  run: RestoreRun,
): Promise<BulkResult> {
  const deal = (at: number, signal: AbortSignal): Promise<BulkOutcome> => {
    const { key, now } = plan.targets.rowAt(at);
    const over = result.markerOf(at);
    return now.operation === 'PUT'
      ? put(plan, { key, from: now, over, run, signal })
      : remove(plan, key, over, signal);
  };
  return runPlan(plan.targets, { inFlight, ...run }, deal, (at) => result.markerOf(at) > 0);
}

interface Put {
  readonly key: string;
  readonly from: Pick<KeyInfo, 'revision' | 'created'>;
  readonly over: number;
  readonly run: RestoreRun;
  readonly signal: AbortSignal;
}

/** The value of an earlier revision over a later one. */
function put(
  { connection, bucket, status }: RestorePlan,
  { key, from, over, run, signal }: Put,
): Promise<BulkOutcome> {
  const { headers = [] } = run;
  return settled(connection, signal, async () =>
    toOutcome(
      await restoreEntry(connection, bucket, key, from, {
        bucketCreated: status.created,
        expected: over,
        headers,
        patient: true,
        onUnknown: () => undefined,
        signal,
      }),
    ),
  );
}

function remove(
  { connection, bucket, status }: RestorePlan,
  key: string,
  revision: number,
  signal: AbortSignal,
): Promise<BulkOutcome> {
  const bucketCreated = status.created;
  return removeSeen({ connection, bucket, key, revision, bucketCreated }, 'delete', signal);
}
