import { expect, it } from 'vitest';
import { expectLinear } from '../support/linear';

/** Steps that no compiler leaves out. */
function spin(steps: number): number {
  let sum = 0;
  for (let at = 0; at < steps; at++) {
    sum = (sum * 31 + at) % 1_000_003;
  }
  return sum;
}

it('takes work that grows with its size', () => {
  expectLinear((size) => void spin(size), 10_000_000);
});

it('does not take work that grows with the square of its size', () => {
  expect(() => expectLinear((size) => void spin(size * size), 10_000)).toThrow();
});
