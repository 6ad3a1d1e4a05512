import { describe, expect, it } from 'vitest';
import { isKvError } from '../../../../src/kv/model/errors';
import { formatTtl, parseTtl } from '../../../../src/kv/nats/entries/messageTtl';

describe('parseTtl', () => {
  it.each([
    ['60', 60_000],
    ['1m0s', 60_000],
    ['1h2m3.5s', 3_723_500],
    ['1500ms', 1500],
    ['never', 'never'],
    [' 5s ', 5000],
  ])('reads %j', (header, ttl) => {
    expect(parseTtl(header)).toBe(ttl);
  });

  it.each([undefined, '', '0', '0s', '-5', '5x', '5s!', 'Never', '1 m'])(
    'reads nothing of %j',
    (header) => {
      expect(parseTtl(header)).toBeUndefined();
    },
  );
});

describe('formatTtl', () => {
  it.each([
    [1000, '1'],
    [1001, '2'],
    [86_400_000, '86400'],
    ['never', 'never'],
  ] as const)('sends %j as whole seconds', (ttl, header) => {
    expect(formatTtl(ttl)).toBe(header);
  });

  it.each([0, 999, -1, Number.NaN, Infinity])('refuses %j', (ttl) => {
    try {
      formatTtl(ttl);
      expect.unreachable();
    } catch (error) {
      expect(isKvError(error, 'invalidConfig')).toBe(true);
    }
  });
});
