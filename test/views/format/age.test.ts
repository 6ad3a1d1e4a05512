import { describe, expect, it } from 'vitest';
import { formatAge } from '../../../src/views/format/age';

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
