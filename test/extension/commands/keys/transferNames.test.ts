import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Uri } from 'vscode';
import { keyOfFile } from '../../../../src/extension/commands/keys/putFiles';
import { suffixed } from '../../../../src/extension/commands/keys/transferQuestions';
import {
  commonPrefix,
  renamed,
  startOf,
} from '../../../../src/extension/commands/keys/transferNames';
import { ttlOf, ttlProblem } from '../../../../src/extension/commands/keys/ttlStep';
import { keyProblem } from '../../../../src/kv/model/key';

describe('commonPrefix', () => {
  it.each([
    [['orders.eu.1', 'orders.eu.2'], 'orders.eu.'],
    [['orders.eu.1', 'orders.us.2'], 'orders.'],
    [['orders.eu', 'orders.eu.1'], 'orders.'],
    [['order-1', 'order-2'], ''],
    [['orders.eu.1'], 'orders.eu.'],
    [['a'], ''],
    [[], ''],
  ])('of %j is %j', (keys, prefix) => {
    expect(commonPrefix(keys)).toBe(prefix);
  });

  it('keeps renamed keys apart', () => {
    const token = fc.constantFrom('a', 'b', 'aa');
    const key = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join('.'));
    fc.assert(
      fc.property(fc.uniqueArray(key, { minLength: 1 }), (keys) => {
        const prefix = commonPrefix(keys);
        const names = keys.map((each) => renamed(each, prefix, 'new.'));

        expect(new Set(names).size).toBe(keys.length);
        expect(names.every((name) => keyProblem(name) === undefined)).toBe(true);
      }),
    );
  });
});

describe('startOf', () => {
  it.each([
    ['ren2', 'ren.', 'ren2.'],
    ['ren2.', 'ren.', 'ren2.'],
    ['a/c', 'a/b/', 'a/c/'],
    ['backup', '', 'backup.'],
    ['', 'ren.', ''],
    ['ren2', 'ren', 'ren2'],
  ])(
    'of %j in the place of %j is %j: what parts a folder from its keys is not typed',
    (typed, prefix, start) => {
      expect(startOf(typed, prefix)).toBe(start);
    },
  );
});

describe('suffixed', () => {
  it.each([
    ['orders.42', 'orders.42-copy'],
    ['orders.42-copy', 'orders.42-copy2'],
    ['orders.42-copy9', 'orders.42-copy10'],
  ])('makes of %s %s', (key, name) => {
    expect(suffixed(key)).toBe(name);
  });
});

describe('keyOfFile', () => {
  it.each([
    ['/tmp/order.json', 'order.json'],
    ['/tmp/my order (1).json', 'my_order_(1).json'],
    ['/tmp/.env', 'env'],
    ['/tmp/a..b.', 'a.b'],
    ['/tmp/*.>', '_._'],
    ['/tmp/...', '_'],
  ])('takes %s for the key %s', (path, key) => {
    expect(keyOfFile(Uri.file(path))).toBe(key);
  });

  it('is always a key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        expect(keyProblem(keyOfFile(Uri.file(`/tmp/${name}`)))).toBeUndefined();
      }),
    );
  });
});

describe('the TTL of a new key', () => {
  it.each([
    ['', undefined],
    ['0', undefined],
    ['90s', 90_000],
    [' Never ', 'never'],
  ])('reads %j as %s', (text, ttl) => {
    expect(ttlProblem(text)).toBeUndefined();
    expect(ttlOf(text)).toBe(ttl);
  });

  it.each(['250ms', 'soon', '300000d'])('refuses %s', (text) => {
    expect(ttlProblem(text)).toBeDefined();
  });
});
