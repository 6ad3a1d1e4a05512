import { describe, expect, it } from 'vitest';
import { durationText, parseDuration } from '../../../src/kv/base/duration';

describe('durationText', () => {
  it.each([
    [0, '0'],
    [250, '250ms'],
    [90_000, '1m30s'],
    [604_800_000, '7d'],
    [93_783_004, '1d2h3m3s4ms'],
  ])('says %s ms as %s, which is read back', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
    expect(parseDuration(text)).toBe(milliseconds);
  });
});
