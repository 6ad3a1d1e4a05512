import { describe, expect, it } from 'vitest';
import { bestMatch, globExpression } from '../../../src/kv/keys/keyGlob';

describe('globExpression', () => {
  it.each([
    ['B/k', 'B/k', true],
    ['B/k', 'B/kk', false],
    ['B/orders.*', 'B/orders.eu.42', true],
    ['B/orders.*', 'B/orders', false],
    ['B/*', 'B/a/b', false],
    ['B/**', 'B/a/b', true],
    ['*/config', 'any/config', true],
    ['B/k?', 'B/k1', true],
    ['B/k?', 'B/k12', false],
    ['B/{a,b}.*', 'B/b.1', true],
    ['B/{a,b}.*', 'B/c.1', false],
    ['B/a.b', 'B/aXb', false],
    ['B/a+b(c)|$^', 'B/a+b(c)|$^', true],
    ['B/a,b', 'B/a,b', true],
    ['B/}', 'B/}', true],
    ['B/{a', 'B/a', true],
  ])('%s against %s: %s', (pattern, name, matches) => {
    expect(globExpression(pattern).test(name)).toBe(matches);
  });
});

describe('bestMatch', () => {
  it('takes the pattern with the most plain characters, whatever their order', () => {
    const patterns = { 'B/*': 'all', 'B/orders.eu.*': 'eu', 'B/orders.*': 'orders' };

    expect(bestMatch(patterns, 'B', 'orders.eu.1')).toBe('eu');
    expect(bestMatch(patterns, 'B', 'orders.us.1')).toBe('orders');
    expect(bestMatch(patterns, 'B', 'x')).toBe('all');
    expect(bestMatch(patterns, 'C', 'x')).toBeUndefined();
  });
});
