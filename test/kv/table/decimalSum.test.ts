import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOf } from '../../../src/kv/table/decimalSum';

describe('what numbers come to', () => {
  it.each([
    [['1', '2', '3'], '6', '1', '3'],
    [['0.1', '0.2'], '0.3', '0.1', '0.2'],
    [['9007199254740993', '2'], '9007199254740995', '2', '9007199254740993'],
    [
      ['9007199254740992', '9007199254740993'],
      '18014398509481985',
      '9007199254740992',
      '9007199254740993',
    ],
    [['-1.50', '1.5'], '0', '-1.50', '1.5'],
    [['-0', '0'], '0', '-0', '-0'],
    [['1e3', '1.25E2'], '1125', '1.25E2', '1e3'],
    [
      ['123456789012345678901234567890.5', '0.25'],
      '123456789012345678901234567890.75',
      '0.25',
      '123456789012345678901234567890.5',
    ],
    [['-10', '-9', '-100'], '-119', '-100', '-9'],
  ])('is exact for %j', (numbers, sum, min, max) => {
    expect(factsOf(numbers)).toEqual({ count: numbers.length, sum, min, max, isAbout: false });
  });

  it('is said to be about so much where numbers are too far apart', () => {
    const numbers = ['1e999999999', '1', '-1e-999999999'];
    expect(factsOf(numbers)).toEqual({
      ...{ count: 3, sum: 'Infinity', isAbout: true },
      ...{ min: '-1e-999999999', max: '1e999999999' },
    });
  });

  it('is nothing for none', () => {
    expect(factsOf([])).toBeUndefined();
  });

  it('adds up what integers do, in whatever way they are written', () => {
    const written = fc.tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat(5));
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 20 }), (numbers) => {
        const texts = numbers.map(([value, zeros]) =>
          zeros === 0 ? String(value) : `${value}.${'0'.repeat(zeros)}`,
        );
        const sum = numbers.reduce((total, [value]) => total + value, 0n);
        expect(factsOf(texts)?.sum).toBe(String(sum));
        const sorted = numbers.map(([value]) => value).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        expect(factsOf(texts)?.min.replace(/\.0+$/, '')).toBe(String(sorted[0]));
        expect(factsOf(texts)?.max.replace(/\.0+$/, '')).toBe(String(sorted.at(-1)));
      }),
    );
  });
});
