import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from '../../../src/kv/values/scanJson';
import { anySpace, jsonWords, withSpace } from './arbitraryJson';

const runs = { numRuns: 2_000 };

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('scanJson', () => {
  it('gives every token of JSON as it is written', () => {
    fc.assert(
      fc.property(jsonWords, fc.array(anySpace), (words, spaces) => {
        const text = withSpace(words, (i) => spaces[i % spaces.length] ?? '');
        const tokens = scanJson(text);

        expect(tokens.kind === 'json' && wordsOf(tokens)).toEqual(words);
      }),
      runs,
    );
  });

  it('takes for JSON exactly what the language takes for JSON', () => {
    const extra = fc.constantFrom(
      '',
      ',',
      ':',
      '"',
      '0',
      '-',
      '.',
      'e',
      '\\',
      '}',
      ']',
      '\u00a0',
      '//',
      '\t',
      'n',
      '\ufeff',
    );
    fc.assert(
      fc.property(jsonWords, fc.nat(), fc.nat(2), extra, (words, seed, cut, put) => {
        const text = words.join('');
        const at = seed % (text.length + 1);
        const broken = text.slice(0, at) + put + text.slice(at + cut);

        expect(scanJson(broken).kind === 'json').toBe(isJson(broken));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['', 0, 'a value is expected'],
    ['{"a":1,}', 7, 'a property name in double quotes is expected'],
    ['[1,]', 3, 'a value is expected'],
    ['{"a" 1}', 5, 'a colon is expected'],
    ['{a:1}', 1, 'a property name in double quotes or a closing brace is expected'],
    ['[1 2]', 3, 'a comma or a closing bracket is expected'],
    ['{"a":1', 6, 'a comma or a closing bracket is expected'],
    ['[1}', 2, 'a comma or a closing bracket is expected'],
    ['{} {}', 3, 'the end of the text is expected'],
    ['[01]', 2, 'a comma or a closing bracket is expected'],
    ['[NaN]', 1, 'a value or a closing bracket is expected'],
    ['[1.]', 1, 'the number is cut off'],
    ['[-]', 1, 'a value or a closing bracket is expected'],
    ['[1] // one', 4, 'JSON has no comments'],
    ['\ufeff[]', 0, 'a value is expected'],
    ['["a\tb"]', 1, 'the string is cut off, or has a control character or an unknown escape in it'],
    ['["a', 1, 'the string is cut off, or has a control character or an unknown escape in it'],
    ['["\\x"]', 1, 'the string is cut off, or has a control character or an unknown escape in it'],
    [
      '["\\u00g0"]',
      1,
      'the string is cut off, or has a control character or an unknown escape in it',
    ],
  ])('says where and why %j is no JSON', (text, offset, problem) => {
    expect(scanJson(text)).toEqual({ kind: 'invalid', offset, problem });
  });

  it('needs no stack for deep nesting', () => {
    const depth = 200_000;

    expect(scanJson('['.repeat(depth) + ']'.repeat(depth)).kind).toBe('json');
    expect(scanJson('{"a":'.repeat(depth)).kind).toBe('invalid');
  });
});

function wordsOf({ text, bounds, count }: { text: string; bounds: Int32Array; count: number }) {
  return Array.from({ length: count }, (_, i) => text.slice(bounds[2 * i], bounds[2 * i + 1]));
}
