import { performance as clock } from 'node:perf_hooks';

export interface PollOptions {
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
  /** What was waited for; opens the error's message. */
  readonly message?: string;
}

/**
 * Calls `check` until it neither throws nor returns `false`, and resolves with what it returned.
 * Past the deadline it throws, with the last failure as the cause. It never waits longer than needed,
 * so that tests need no sleeps.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  options: PollOptions = {},
): Promise<Exclude<T, false>> {
  const { timeoutMs = 45_000, intervalMs = 20, message = 'Expected condition' } = options;
  // A clock that no test sets.
  const deadline = clock.now() + timeoutMs;
  for (;;) {
    const outcome = await attempt(check);
    if ('value' in outcome) {
      return outcome.value;
    }
    if (clock.now() >= deadline) {
      throw new Error(`${message}: not met in ${timeoutMs} ms${describe(outcome.cause)}`, outcome);
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}

type Attempt<T> = { readonly value: Exclude<T, false> } | { readonly cause?: unknown };

async function attempt<T>(check: () => T | Promise<T>): Promise<Attempt<T>> {
  try {
    const value = await check();
    return value === false ? {} : { value: value as Exclude<T, false> };
  } catch (cause) {
    return { cause };
  }
}

function describe(cause: unknown): string {
  return cause instanceof Error ? `. Last: ${cause.message}` : '';
}
