import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goDuration, nanosecondsText, parseNanoseconds } from '../../../src/kv/base/nanoseconds';

describe('a duration in nanoseconds', () => {
  it('is read back as it is written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (length) => {
        expect(parseNanoseconds(nanosecondsText(length))).toBe(length);
        expect(parseNanoseconds(goDuration(length))).toBe(length);
      }),
    );
  });

  it.each([
    ['24h', 86_400_000_000_000n],
    ['1.5s', 1_500_000_000n],
    ['250µs', 250_000n],
    ['1h30m', 5_400_000_000_000n],
    ['0', 0n],
  ])('reads %s', (text, length) => expect(parseNanoseconds(text)).toBe(length));

  it.each(['', 'h', '5', '1.5ns', '1w', '-1s', '999999999d', '1h later'])(
    'does not read %j',
    (text) => expect(parseNanoseconds(text)).toBeUndefined(),
  );

  it('is written for Go without days', () => {
    expect(goDuration(90_000_000_000_000n)).toBe('25h');
    expect(goDuration(0n)).toBe('0s');
  });
});
