import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pace } from '../../../src/kv/base/pace';
import { orderByNumber } from '../../../src/kv/table/numberOrder';

const { signal } = new AbortController();

function expected(values: readonly number[], isDescending: boolean): number[] {
  const rows = values.map((_, row) => row);
  const without = rows.filter((row) => Number.isNaN(values[row]));
  const valued = rows.filter((row) => !Number.isNaN(values[row]));
  const sign = isDescending ? -1 : 1;
  const compare = (a: number, b: number): number => {
    const [one = 0, two = 0] = [values[a], values[b]];
    return one === two ? 0 : one < two ? -sign : sign;
  };
  return [...valued.sort(compare), ...without];
}

async function ordered(values: readonly number[], isDescending: boolean): Promise<number[]> {
  const rows = Uint32Array.from(values, (_, row) => row);
  const order = { numberOf: (row: number) => values[row] ?? NaN, isDescending };
  return [...(await orderByNumber(rows, order, new Pace(), signal))];
}

describe('an order by numbers', () => {
  it('is that of the numbers in either direction, equal ones as they were, those without last', async () => {
    const number = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.constant(NaN));
    await fc.assert(
      fc.asyncProperty(fc.array(number), fc.boolean(), async (values, isDescending) => {
        expect(await ordered(values, isDescending)).toEqual(expected(values, isDescending));
      }),
    );
  });

  it('is that also of many, with many that are equal, in any of the ways in which they are stored', async () => {
    const few = fc.integer({ min: -3, max: 3 });
    const kinds = [
      few,
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.maxSafeInteger(),
      few.map((number) => number / 8),
      fc.oneof(fc.double(), few),
    ];
    const kind = fc.constantFrom(...kinds);
    const many = kind.chain((number) =>
      fc.array(fc.oneof({ weight: 20, arbitrary: number }, fc.constant(NaN)), { maxLength: 60 }),
    );
    await fc.assert(
      fc.asyncProperty(many, fc.boolean(), async (some, isDescending) => {
        // More than are gone through without a look at the clock.
        const values = Array.from(
          { length: 5_000 },
          (_, at) => some[(at * 31) % some.length] ?? at,
        );
        expect(await ordered(values, isDescending)).toEqual(expected(values, isDescending));
      }),
      { numRuns: 50 },
    );
  });

  it('leaves what is in order already, but for those without a number', async () => {
    expect(await ordered([1, 1, NaN, 2, 3], false)).toEqual([0, 1, 3, 4, 2]);
    expect(await ordered([3, 1, 1, NaN], true)).toEqual([0, 1, 2, 3]);
    expect(await ordered([1, 2, 1], true)).toEqual([1, 0, 2]);
  });

  it('does not touch the rows that it is given', async () => {
    const rows = Uint32Array.of(3, 1, 2);
    const order = { numberOf: (row: number) => row, isDescending: false };
    expect([...(await orderByNumber(rows, order, new Pace(), signal))]).toEqual([1, 2, 3]);
    expect([...rows]).toEqual([3, 1, 2]);
  });

  it('knows infinities and zeros', async () => {
    const values = [0, -Infinity, -0, Infinity, -1.5, 2 ** 53, -(2 ** 53), NaN];
    expect(await ordered(values, false)).toEqual([1, 6, 4, 0, 2, 5, 3, 7]);
    expect(await ordered(values, true)).toEqual([3, 5, 0, 2, 4, 6, 1, 7]);
  });

  it('gives up when it is told to', async () => {
    const ended = new AbortController();
    ended.abort();
    const rows = Uint32Array.from({ length: 10 }, (_, row) => row);
    const order = { numberOf: (row: number) => row, isDescending: false };
    await expect(orderByNumber(rows, order, new Pace(-1), ended.signal)).rejects.toThrow();
  });
});
