import { performance as clock } from 'node:perf_hooks';

export interface PollOptions {
  /** Of the time in which this process runs: see `RunningTime`. 45 s when omitted. */
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
  const time = new RunningTime();
  try {
    for (;;) {
      const outcome = await attempt(check);
      if ('value' in outcome) {
        return outcome.value;
      }
      if (time.passedMs >= timeoutMs) {
        throw new Error(
          `${message}: not met in ${timeoutMs} ms${describe(outcome.cause)}`,
          outcome,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, intervalMs));
    }
  } finally {
    time.stop();
  }
}

// Timers that no test sets.
const { setInterval: startBeat, clearInterval: stopBeat } = globalThis;
const beatMs = 20;

/**
 * Measures time by the turns that this process gets: each beat counts for as long as it was to be, however
 * late it came. A machine that stands still lets none pass, and a slow one lets it pass more slowly.
 */
class RunningTime {
  private beats = 0;
  private readonly begun = clock.now();
  private readonly timer = startBeat(() => this.beats++, beatMs);

  /** In milliseconds; never more than the clock says. */
  get passedMs(): number {
    return Math.min(this.beats * beatMs, clock.now() - this.begun);
  }

  stop(): void {
    stopBeat(this.timer);
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
