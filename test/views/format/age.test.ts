import { describe, expect, it } from 'vitest';
import {
  expiryText,
  formatAge,
  nextAgeStep,
  shownAge,
  timeUntil,
  ttlText,
} from '../../../src/views/format/age';

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

describe('shownAge', () => {
  const created = 1_000_000_000_000;

  it.each([
    [0, 'now'],
    [4_000, 'now'],
    [12_345, '10 s ago'],
    [59_999, '30 s ago'],
    [14 * 60_000, '10 min ago'],
    [50 * 60_000, '45 min ago'],
    [3.9 * 3_600_000, '3 h ago'],
    [30 * 3_600_000, 'yesterday'],
  ])('shows an age of %s ms as %s', (age, text) => {
    expect(shownAge(created, created + age)).toBe(text);
  });

  it('says the same at each place of one screen until all are told anew', () => {
    const written = created - 8_000;
    const shown = [0, 1, 2_500, 4_999].map((later) => shownAge(written, created + later));

    expect(new Set(shown)).toEqual(new Set(['5 s ago']));
    expect(shownAge(written, created + 5_000)).toBe('10 s ago');
  });

  it('says something else from the step on that a row waits for, and not before', () => {
    for (let now = created; now < created + 7_200_000; now += 5_000) {
      const next = nextAgeStep(created, now);

      expect(shownAge(created, next - 1)).toBe(shownAge(created, now));
      expect(shownAge(created, next)).not.toBe(shownAge(created, now));
    }
  });
});

describe('what is left of a value', () => {
  const now = 1_000_000_000_000;

  it.each([
    [-5, 'expires now', 'expires now'],
    [999, 'expires now', 'expires now'],
    [1_000, 'expires in 1s', 'ttl 1s'],
    [59_999, 'expires in 59s', 'ttl 59s'],
    [60_000, 'expires in 1m', 'ttl 1m'],
    [4.5 * 60_000, 'expires in 4m', 'ttl 4m'],
    [3 * 3_600_000, 'expires in 3h', 'ttl 3h'],
    [47 * 3_600_000, 'expires in 1d 23h', 'ttl 1d 23h'],
    [3 * day, 'expires in 3d', 'ttl 3d'],
  ])('tells %s ms as %s, and shorter as %s', (left, text, short) => {
    expect(expiryText(now + left, now)).toBe(text);
    expect(ttlText(now + left, now)).toBe(short);
  });

  it.each([1_500, 60_000, 4.5 * 60_000, 3 * 3_600_000 + 7, 5 * day])(
    'of %s ms reads differently from the moment on that it names, and not before',
    (left) => {
      const at = now + left;
      const text = ttlText(at, now);
      const { next } = timeUntil(at, now);

      expect(ttlText(at, next - 1)).toBe(text);
      expect(ttlText(at, next)).not.toBe(text);
    },
  );
});
