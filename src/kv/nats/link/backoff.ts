const firstDelay = 250;
const longestDelay = 5000;
/** Servers may lock out who comes too often. */
export const longestDelayRefused = 30_000;
const jitter = 0.2;

/**
 * Milliseconds to wait before the nth attempt, from 1: the first comes at once, then the wait
 * doubles from 250 ms to `longest`, 20% more or less so that many clients do not dial in step.
 */
export function backoff(
  attempt: number,
  random: () => number = Math.random,
  longest = longestDelay,
): number {
  if (attempt <= 1) {
    return 0;
  }
  const delay = Math.min(longest, firstDelay * 2 ** (attempt - 2));
  return Math.round(delay * (1 - jitter + 2 * jitter * random()));
}
