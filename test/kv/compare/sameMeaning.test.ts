import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIgnored, pathsOf, plainRules } from '../../../src/kv/compare/compareRules';
import { isSameMeaning } from '../../../src/kv/compare/sameMeaning';
import { bytes } from '../contract/harness';

function same(left: string, right: string, ...ignoredPaths: string[]): boolean {
  return isSameMeaning(bytes(left), bytes(right), pathsOf({ ...plainRules, ignoredPaths }));
}

describe('JSON by meaning', () => {
  it.each([
    ['{"a":1,"b":2}', '{ "b": 2,\n "a": 1 }'],
    ['[1, 2]', '[1,2]'],
    ['1.0', '1'],
    ['-12.50e1', '-125'],
    ['0', '-0.00'],
    ['"\\u0041"', '"A"'],
    ['{"a":1,"a":2}', '{"a":2}'],
  ])('takes %s and %s for the same', (left, right) => {
    expect(same(left, right)).toBe(true);
  });

  it.each([
    ['{"a":1}', '{"a":2}'],
    ['[1,2]', '[2,1]'],
    ['1', '"1"'],
    ['10000000000000000000001', '10000000000000000000002'],
    ['0.1', '0.10000000000000000001'],
    ['{"a":null}', '{}'],
    ['text', 'text '],
    ['{"a":1}', '{"a":1'],
  ])('takes %s and %s for two', (left, right) => {
    expect(same(left, right)).toBe(false);
  });

  it('leaves out what a path leads to', () => {
    expect(same('{"a":1,"at":1}', '{"a":1}', '$.at')).toBe(true);
    expect(same('{"x":[{"t":1},{"t":2}]}', '{"x":[{"t":3},{}]}', '$..t')).toBe(true);
    expect(same('{"x":[1,2]}', '{"x":[1,3]}', '$.x[1]')).toBe(true);
    expect(same('{"a":1,"at":1}', '{"a":2}', '$.at')).toBe(false);
  });

  it('knows every JSON again however it is written', () => {
    const shuffled = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(shuffled)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([name, member]) => [name, shuffled(member)]),
            )
          : value;
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(same(JSON.stringify(value), JSON.stringify(shuffled(value), undefined, 2))).toBe(
          true,
        );
      }),
    );
  });
});

it('reads what is to be ignored, and says what cannot be', () => {
  expect(parseIgnored('tmp.>, $.at *.lock')).toEqual({
    ignoredKeys: ['tmp.>', '*.lock'],
    ignoredPaths: ['$.at'],
  });
  expect(parseIgnored('a..b')).toMatchObject({ rule: 'a..b' });
  expect(parseIgnored('$.[')).toMatchObject({ rule: '$.[' });
});
