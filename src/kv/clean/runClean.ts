import type { KvError } from '../model/errors';
import { isKvError, isPassing } from '../model/errors';
import type { Entry } from '../model/entry';
import type { KvConnection } from '../model/kvConnection';
import { removeSeen, settled, toOutcome, type BulkOutcome } from '../operations/bulk';
import type { BulkRun } from '../operations/bulkRun';
import { runPlan } from '../operations/runPlan';
import { restoreEntry } from '../operations/restoreEntry';
import { actOf } from './cleanRequest';
import type { BulkResult } from '../operations/bulkResult';
import type { CleanPlan } from './planClean';

/** Requests in flight: more make no server faster, and would only queue up in it. */
const inFlight = 128;
/** Of requests that a server works off one after the other, and that it drops when too many wait. */
const trimsInFlight = 64;

/**
 * Carries out a plan, each key only as the plan has seen it and only in the bucket that was looked at.
 * Waits for a link that was lost, and finds out what became of what was under way. Never rejects.
 */
export function runClean(plan: CleanPlan, run: BulkRun): Promise<BulkResult> {
  const act = actOf(plan.request);
  const { connection, bucket, status } = plan;
  const bucketCreated = status.created;
  return runPlan(
    plan.targets,
    { inFlight: act === 'trim' ? trimsInFlight : inFlight, ...run },
    (at, signal) => {
      const { key, revision, before } = plan.targets.at(at);
      return act === 'trim'
        ? trimSeen(connection, { bucket, key, before, bucketCreated }, signal)
        : removeSeen({ connection, bucket, key, revision, bucketCreated }, act, signal);
    },
  );
}

export interface UndoRun extends BulkRun {
  /** Headers to store with what is put back, besides those of the value. */
  readonly headers?: Entry['headers'];
}

/**
 * Puts back what a run has deleted, from the history, each value over the very marker that the run has
 * left. Never rejects.
 */
export function undoClean(
  { plan, result }: { readonly plan: CleanPlan; readonly result: BulkResult },
  { headers = [], ...run }: UndoRun,
): Promise<BulkResult> {
  const { connection, bucket, status } = plan;
  return runPlan(
    plan.targets,
    run,
    (at, signal) => {
      const { key, revision, created } = plan.targets.at(at);
      const change = { bucketCreated: status.created, patient: true, onUnknown: () => undefined };
      return settled(connection, signal, async () =>
        toOutcome(
          await restoreEntry(
            connection,
            bucket,
            key,
            { revision, created },
            {
              ...change,
              expected: result.markerOf(at),
              headers,
              signal,
            },
          ),
        ),
      );
    },
    (at) => result.markerOf(at) > 0,
  );
}

interface Trim {
  readonly bucket: string;
  readonly key: string;
  readonly before: number;
  readonly bucketCreated: number;
}

/** Removing again what may have been removed does no harm: it is repeated until there is an answer. */
async function trimSeen(
  connection: KvConnection,
  { bucket, key, ...trim }: Trim,
  signal: AbortSignal,
): Promise<BulkOutcome> {
  let lost: KvError | undefined;
  const outcome = await settled<BulkOutcome>(connection, signal, async () => {
    try {
      const removed = await connection.trim(bucket, key, trim);
      return removed > 0 || lost
        ? { kind: 'done', revision: 0, removed }
        : { kind: 'skipped', why: 'gone' };
    } catch (error) {
      lost = isKvError(error) && isPassing(error) ? error : lost;
      throw error;
    }
  });
  return lost && outcome.kind !== 'done' ? { kind: 'unknown', reason: lost.message } : outcome;
}
