import { delay } from '../../base/delay';
import { throwIfCancelled } from '../../model/errors';

/**
 * Asks again, each time after one of `delaysMs`, until the answer is none that may pass. Resolves with the last
 * one, which may still be such a one. Throws `cancelled`, and what `ask` throws.
 */
export async function askAgain<T>(
  ask: () => Promise<T>,
  mayPass: (answer: T) => boolean,
  delaysMs: readonly [number, ...number[]],
  signal?: AbortSignal,
): Promise<T> {
  let answer: T;
  let at = 0;
  do {
    await delay(delaysMs[at] ?? 0, signal);
    throwIfCancelled(signal);
    answer = await ask();
  } while (++at < delaysMs.length && mayPass(answer));
  return answer;
}
