import { describe, expect, it } from 'vitest';
import { unquoted } from '../../../../src/kv/nats/wire/unquoted';

describe('unquoted', () => {
  it.each([
    ['$KV.b.kľúč', '$KV.b.kľúč'],
    ['a\\"b', 'a"b'],
    ['a\\\\b', 'a\\b'],
    ['a\\\\\\"b', 'a\\"b'],
    ['a\\\\u00a0b', 'a\\u00a0b'],
    ['a\\u00a0b', 'a\u00a0b'],
    ['\\U000e0001', '\u{e0001}'],
    ['\\x80', '\u0080'],
  ])('reads %s as %j', (quoted, text) => {
    expect(unquoted(quoted)).toBe(text);
  });
});
