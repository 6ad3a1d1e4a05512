import type { RateLimit } from '../base/rateLimit';

/** How the keys of a plan are worked on. */
export interface BulkRun {
  /** Begins with no other key once it aborts. */
  readonly signal: AbortSignal;
  /** Requests that wait for their answers at most; few when omitted. */
  readonly inFlight?: number;
  readonly rate?: RateLimit;
  /** Keys that have been dealt with. */
  readonly onProgress?: (done: number) => void;
}

const usuallyInFlight = 8;

/** Deals with each of a number of keys, some at a time, in their order. `deal` never rejects. */
export async function runInBulk(
  count: number,
  { signal, inFlight = usuallyInFlight, rate, onProgress }: BulkRun,
  deal: (at: number) => Promise<void>,
): Promise<void> {
  let [next, done] = [0, 0];
  const work = async (): Promise<void> => {
    while (next < count && !signal.aborted) {
      const at = next++;
      await rate?.turn(signal);
      if (signal.aborted) {
        return;
      }
      await deal(at);
      onProgress?.(++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, work));
}
