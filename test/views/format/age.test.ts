import { describe, expect, it } from 'vitest';
import { countdown, formatAge, nextAgeStep } from '../../../src/views/format/age';

const day = 86_400_000;

describe('formatAge', () => {
  it.each([
    [0, 'now'],
    [999, 'now'],
    [3_000, '3 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [3 * 3_600_000, '3 h ago'],
    [day, 'yesterday'],
    [3 * day, '3 days ago'],
    [40 * day, '40 days ago'],
    [800 * day, '2.2 years ago'],
    [-5_000, 'now'],
  ])('tells an age of %s ms as %s', (age, text) => {
    expect(formatAge(1_000_000_000_000, 1_000_000_000_000 + age)).toBe(text);
  });
});

describe('nextAgeStep', () => {
  const created = 1_000_000_000_000;

  it.each([
    [0, 5_000],
    [5_000, 10_000],
    [12_345, 20_000],
    [30_000, 60_000],
    [61_000, 120_000],
    [10 * 60_000, 15 * 60_000],
    [50 * 60_000, 60 * 60_000],
    [90 * 60_000, 120 * 60_000],
    [day + 1, 2 * day],
    [-3_000, 5_000],
  ])('has an age of %s ms told anew at %s ms', (age, step) => {
    expect(nextAgeStep(created, created + age)).toBe(created + step);
  });
});

describe('countdown', () => {
  const now = 1_000_000_000_000;

  it.each([
    [-5, 'expires now'],
    [999, 'expires now'],
    [1_000, 'expires in 1 s'],
    [59_999, 'expires in 59 s'],
    [60_000, 'expires in 1 min'],
    [4.5 * 60_000, 'expires in 4 min'],
    [3 * 3_600_000, 'expires in 3 h'],
    [47 * 3_600_000, 'expires in 47 h'],
    [3 * day, 'expires in 3 days'],
  ])('tells %s ms as %s', (left, text) => {
    expect(countdown(now + left, now).text).toBe(text);
  });

  it.each([1_500, 60_000, 4.5 * 60_000, 3 * 3_600_000 + 7, 5 * day])(
    'of %s ms reads differently from the moment on that it names, and not before',
    (left) => {
      const at = now + left;
      const { text, next } = countdown(at, now);

      expect(countdown(at, next - 1).text).toBe(text);
      expect(countdown(at, next).text).not.toBe(text);
    },
  );
});
