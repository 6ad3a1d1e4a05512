import type { KvError } from '../model/errors';
import type { BulkOutcome } from './bulk';
import { BulkResult } from './bulkResult';
import { runInBulk, type BulkRun } from './bulkRun';

/** The keys of a plan, by their places in it. */
export interface PlanKeys {
  readonly count: number;
  at(at: number): { readonly key: string; readonly revision: number };
}

/**
 * Deals with the keys of a plan, or with those that are wanted, and ends early where no other key would
 * fare better. `deal` never rejects.
 */
export async function runPlan(
  targets: PlanKeys,
  run: BulkRun,
  deal: (at: number, signal: AbortSignal) => Promise<BulkOutcome>,
  isWanted: (at: number) => boolean = () => true,
): Promise<BulkResult> {
  const places = Array.from({ length: targets.count }, (_, at) => at).filter(isWanted);
  const result = new BulkResult(targets, places.length);
  const stop = new AbortController();
  const signal = AbortSignal.any([run.signal, stop.signal]);
  await runInBulk(places.length, { ...run, signal }, async (step) => {
    const at = places[step] ?? 0;
    const outcome = await deal(at, signal);
    result.add(at, outcome);
    if (outcome.kind === 'refused' && isForAll(outcome.error)) {
      result.stoppedBy ??= outcome.error;
      stop.abort();
    }
  });
  return result;
}

/** Whether no other key would fare better. */
export function isForAll({ kind }: KvError): boolean {
  return kind === 'readOnly' || kind === 'jetStreamOff' || kind === 'disconnected';
}
