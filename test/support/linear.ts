import { expect } from 'vitest';
import { measureCpu } from './meters';

const times = 8;
/** Far from what is linear, which takes 8 times as much, and from what is quadratic, which takes 64. */
const limit = 24;
/** Less than this, in milliseconds, cannot be measured. */
const leastMs = 1;

/**
 * Checks that the processor's time of `work` grows with its size, not with its square, on a machine of any
 * speed. What else the machine does may be counted in, so that a bad result is measured again.
 */
export function expectLinear(work: (size: number) => void, size: number): void {
  const growth = () => costOf(work, size) / Math.max(leastMs, costOf(work, size / times));
  expect([growth, growth, growth].some((measure) => measure() < limit)).toBe(true);
}

function costOf(work: (size: number) => void, size: number): number {
  const end = measureCpu();
  work(size);
  return end();
}
