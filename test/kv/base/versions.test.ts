import { describe, expect, it } from 'vitest';
import { isAtLeast } from '../../../src/kv/base/versions';

describe('isAtLeast', () => {
  it.each([
    ['2.15.1', '2.15.1', true],
    ['2.15.2', '2.15.1', true],
    ['2.16.0', '2.15.1', true],
    ['10.0.0', '2.15.1', true],
    ['2.15.0', '2.15.1', false],
    ['2.9.25', '2.15.1', false],
    ['2.9.0-RC.1', '2.9.0', true],
    ['2.12.1-dev', '2.12.0', true],
    ['', '2.9.0', false],
    ['dev', '2.9.0', false],
  ])('%s beside %s is %s', (version, minimum, is) => {
    expect(isAtLeast(version, minimum)).toBe(is);
  });
});
