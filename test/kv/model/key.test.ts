import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketNameProblem, keyProblem, prefixProblem } from '../../../src/kv/model/key';

describe('keyProblem', () => {
  it.each([
    'a',
    'a.b.c',
    'foo:bar',
    '/',
    'a/b',
    'a=b',
    '$KV',
    'kľúč',
    '鍵',
    '🔑',
    'a*',
    '>a',
    '**',
    '\u00a0',
  ])('takes %j', (key) => {
    expect(keyProblem(key)).toBeUndefined();
  });

  it.each([
    ['', 0, 'a key must not be empty'],
    ['.', 0, 'a key must not start with a dot'],
    ['.a', 0, 'a key must not start with a dot'],
    ['a.', 1, 'a key must not end with a dot'],
    ['ab.', 2, 'a key must not end with a dot'],
    ['a..b', 2, 'a key must not contain two dots in a row'],
    ['a b', 1, 'a key must not contain spaces or control characters'],
    ['a.b\tc', 3, 'a key must not contain spaces or control characters'],
    ['a\n', 1, 'a key must not contain spaces or control characters'],
    ['\u0000', 0, 'a key must not contain spaces or control characters'],
    ['a\u007f', 1, 'a key must not contain spaces or control characters'],
    ['*', 0, '"*" is a wildcard and cannot be part of a key'],
    ['a.*.b', 2, '"*" is a wildcard and cannot be part of a key'],
    ['a.>', 2, '">" is a wildcard and cannot be part of a key'],
    ['a\ud800b', 1, 'a key must not contain half of a character'],
  ])('refuses %j at position %i', (key, position, reason) => {
    expect(keyProblem(key)).toEqual({ position, reason });
  });

  it('takes a key exactly when every one of its tokens can be a key', () => {
    const token = fc.oneof(
      fc.constantFrom('', ' ', '*', '>', 'a', '\ud83d'),
      fc.string({ unit: 'binary', maxLength: 3 }).map((text) => text.replaceAll('.', '')),
    );
    fc.assert(
      fc.property(fc.array(token, { minLength: 1, maxLength: 5 }), (tokens) => {
        const isFree = tokens.every((part) => keyProblem(part) === undefined);
        expect(keyProblem(tokens.join('.')) === undefined).toBe(isFree);
      }),
    );
  });

  it('points at a character of the text that it refuses', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const { position = 0 } = keyProblem(text) ?? {};
        expect(position).toBeGreaterThanOrEqual(0);
        expect(position).toBeLessThan(text.length);
      }),
    );
  });
});

describe('bucketNameProblem', () => {
  it.each(['a', 'A-b_9', '-', '_kv'])('takes %j', (name) => {
    expect(bucketNameProblem(name)).toBeUndefined();
  });

  it.each(['', 'a.b', 'a b', 'a>', '*', 'ä', 'a\n', 'a/b'])('refuses %j', (name) => {
    expect(bucketNameProblem(name)).toMatch(
      name === '' ? /needs a name/ : /only letters, digits, - and _/,
    );
  });
});

describe('prefixProblem', () => {
  it.for(['', 'eu', 'eu.', 'eu.orders.', 'a*', '/', 'eu.*x'])('takes %o', (prefix) => {
    expect(prefixProblem(prefix)).toBeUndefined();
  });

  it.for(['eu.*', 'eu.*.', '>', 'eu.>', '*.x', 'e u', ' ', 'eu..', '.', '.eu', 'a\tb'])(
    'refuses %o',
    (prefix) => {
      expect(prefixProblem(prefix)?.reason).toMatch(/^("[*>]" is a wildcard|a key must not)/);
    },
  );
});
