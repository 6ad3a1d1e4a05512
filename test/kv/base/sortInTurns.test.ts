import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pace } from '../../../src/kv/base/pace';
import { sortInTurns } from '../../../src/kv/base/sortInTurns';

const { signal } = new AbortController();

describe('a sort in turns', () => {
  it('orders as a sort in one go does, equal ones as they were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(9)), async (values) => {
        const items = Uint32Array.from(values, (_, at) => at);
        const compare = (a: number, b: number) => (values[a] ?? 0) - (values[b] ?? 0);
        const expected = [...items].sort(compare);
        expect([...(await sortInTurns(items, compare, new Pace(), signal))]).toEqual(expected);
      }),
    );
  });

  it('compares each pair of neighbours once where all is in order, or the other way round', async () => {
    for (const step of [1, -1]) {
      let compared = 0;
      const items = Uint32Array.from({ length: 1_000 }, (_, at) => 5_000 + step * at);
      const compare = (a: number, b: number): number => {
        compared++;
        return a - b;
      };
      const sorted = await sortInTurns(items, compare, new Pace(), signal);
      expect([sorted[0], sorted[999]]).toEqual(step > 0 ? [5_000, 5_999] : [4_001, 5_000]);
      expect(compared).toBeLessThan(1_010);
    }
  });

  it('gives up when it is told to', async () => {
    const ended = new AbortController();
    ended.abort();
    const items = Uint32Array.from({ length: 2_000 }, (_, at) => (at * 7) % 2_000);
    const done = sortInTurns(items, (a, b) => a - b, new Pace(-1), ended.signal);
    await expect(done).rejects.toThrow();
  });
});
