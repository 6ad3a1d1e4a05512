import type { Event } from './event';
import { onAbort } from './onAbort';

/** What may end the waiting for a condition before it holds. */
export interface UntilOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

/**
 * Resolves once the condition holds, which is looked at now and after each of the events; or when
 * the signal aborts or the time is over. It never rejects.
 */
export function until(
  holds: () => boolean,
  events: readonly Event<unknown>[],
  { signal, timeoutMs }: UntilOptions = {},
): Promise<void> {
  if (holds() || signal?.aborted) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const finish = (): void => {
      held.forEach((item) => item.dispose());
      clearTimeout(timer);
      resolve();
    };
    const timer = timeoutMs === undefined ? undefined : setTimeout(finish, timeoutMs);
    const held = [
      ...events.map((event) => event(() => holds() && finish())),
      onAbort(signal, finish),
    ];
  });
}
