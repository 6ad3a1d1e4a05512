import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  closeValue,
  openValue,
  standsFor,
  type ClosedValue,
  type OpenedValue,
} from '../../../src/kv/values/valueForm';
import { anySpace, jsonWords, withSpace } from './arbitraryJson';
import { expectLinear } from '../../support/linear';

const runs = { numRuns: 1_000 };

const bytes = (text: string): Uint8Array => Buffer.from(text);
const open = (text: string): OpenedValue => openValue(bytes(text));
const shownOf = (opened: OpenedValue): string => Buffer.from(opened.shown).toString();

/** What would be stored, as text. */
function storedBy(edited: string, opened: OpenedValue): string {
  return textOf(closeValue(bytes(edited), opened));
}

function textOf(closed: ClosedValue): string {
  return closed.kind === 'value' ? Buffer.from(closed.bytes).toString() : closed.kind;
}

function expectSame(stored: Uint8Array): void {
  for (const options of [{}, { raw: true }, { asked: true }]) {
    const opened = openValue(stored, options);
    const closed = closeValue(Buffer.from(opened.shown), opened);

    expect(closed.kind === 'value' && Buffer.compare(closed.bytes, stored)).toBe(0);
  }
}

describe('openValue', () => {
  it('formats minified JSON', () => {
    const opened = open('{"b":[1.0,1e5,{}],"a":"\\u00e9","a":[]}');

    expect(opened.form.kind).toBe('formattedJson');
    expect(shownOf(opened)).toBe(
      '{\n  "b": [\n    1.0,\n    1e5,\n    {}\n  ],\n  "a": "\\u00e9",\n  "a": []\n}',
    );
  });

  it('gives the stored bytes back, whatever they are', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), expectSame), { numRuns: 3_000 });
  });

  it('gives the stored text back, JSON or nearly JSON', () => {
    const extra = fc.constantFrom(
      '',
      ',',
      '"',
      '0',
      '\n',
      ' ',
      '// a\n',
      '\ufeff',
      '\\',
      'NaN',
      '\0',
    );
    fc.assert(
      fc.property(jsonWords, anySpace, fc.nat(), extra, (words, space, seed, put) => {
        const text = words.join(space);
        const at = seed % (text.length + 1);

        expectSame(bytes(text.slice(0, at) + put + text.slice(at)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('shows JSON of any white space in one line formatted, and gives it back', () => {
    const gap = fc.constantFrom('', ' ', '  ', '\t');
    fc.assert(
      fc.property(jsonWords, fc.array(gap, { minLength: 10, maxLength: 10 }), (words, gaps) => {
        const text = words.map((word, i) => gapBefore(words, i, gaps) + word).join('');
        const opened = open(text);

        expect(opened.form.kind).toBe('formattedJson');
        expect(storedBy(shownOf(opened), opened)).toBe(text);
      }),
      runs,
    );
  });

  it('moves white space only', () => {
    fc.assert(
      fc.property(jsonWords, (words) => {
        const opened = open(words.join(''));
        const lines = shownOf(opened).split('\n');

        expect(
          lines.map((line) => line.trimStart().replace(/^("(?:[^"\\]|\\.)*":) /, '$1')).join(''),
        ).toBe(words.join(''));
      }),
      runs,
    );
  });

  it.each([
    ['several lines', '{\n  "a": 1\n}'],
    ['one line break', '[1,\n2]'],
    ['leading white space', ' {"a":1}'],
    ['two kinds of white space', '{"a": 1,"b":2}'],
    ['a comment', '{"a":1/* one */}'],
    ['a trailing comma', '[1,]'],
    ['NaN', '[NaN]'],
    ['a byte order mark', '\ufeff{"a":1}'],
    ['several documents', '{"a":1}{"b":2}'],
    ['JSON Lines', '{"a":1}\n{"b":2}'],
    ['a leading zero', '[01]'],
    ['single quotes', "{'a':1}"],
    ['a number', '42'],
    ['a string', '"text"'],
    ['null', 'null'],
    ['a word', 'hello'],
    ['nothing', ''],
  ])('shows %s as stored', (_, text) => {
    const opened = open(text);

    expect(opened.form.kind).toBe('text');
    expect(shownOf(opened)).toBe(text);
  });

  it.each([
    ['a NUL', [0x7b, 0x00, 0x7d]],
    ['half of a surrogate pair', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['broken UTF-8', [0xff, 0xfe]],
  ])('takes %s for binary', (_, values) => {
    expect(openValue(Uint8Array.from(values)).form.kind).toBe('binary');
  });

  it('shows the stored bytes when asked for them raw', () => {
    const opened = openValue(bytes('{"a":1}'), { raw: true });

    expect(opened.form.kind).toBe('text');
    expect(storedBy('{ "a":1}', opened)).toBe('{ "a":1}');
  });
});

describe('closeValue', () => {
  it('stores nothing new when only white space between tokens was edited', () => {
    fc.assert(
      fc.property(jsonWords, fc.array(anySpace), anySpace, (words, spaces, tail) => {
        const stored = words.join('') + tail;
        const edited = withSpace(words, (i) => spaces[i % spaces.length] ?? '');

        expect(storedBy(edited, open(stored))).toBe(stored);
        expect(standsFor(edited, open(stored))).toBe(true);
      }),
      runs,
    );
  });

  it('stores an edited token and leaves every other as it is', () => {
    fc.assert(
      fc.property(jsonWords, jsonWords, fc.nat(), (words, put, seed) => {
        const places = words.flatMap((word, i) => (/^[-\d]/.test(word) ? [i] : []));
        fc.pre(places.length > 0);
        const at = places[seed % places.length] ?? 0;
        const changed = words.toSpliced(at, 1, ...put);
        const edited = shownOf(open(changed.join('')));

        expect(storedBy(edited, open(words.join('')))).toBe(changed.join(''));
      }),
      runs,
    );
  });

  it('stores any valid text minified and refuses every other', () => {
    const put = fc.constantFrom(
      '',
      ',',
      '"',
      '0',
      ' ',
      '\n',
      '}',
      ']',
      'x',
      '1,2',
      '"a":1,',
      '[1, 2],',
    );
    fc.assert(
      fc.property(jsonWords, fc.nat(), fc.nat(3), put, (words, seed, cut, word) => {
        const opened = open(words.join(''));
        const shown = shownOf(opened);
        const at = seed % (shown.length + 1);
        // Half of a surrogate pair is no text that bytes can hold.
        const edited = Buffer.from(shown.slice(0, at) + word + shown.slice(at + cut)).toString();
        const closed = closeValue(bytes(edited), opened);

        expect(closed.kind).toBe(isJson(edited) ? 'value' : 'invalid');
        if (closed.kind === 'value') {
          expect(JSON.parse(textOf(closed))).toEqual(JSON.parse(edited));
          expect(textOf(closed)).not.toMatch(/[\n\r]/);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['{"a":1}\n', '{"a": 2}', '{"a":2}\n'],
    ['{"a":1}\r\n', '{\r\n  "a": 2\r\n}\r\n', '{"a":2}\r\n'],
    ['{"a":1}', '{\n  "a": 2\n}\n', '{"a":2}'],
    ['{"a": 1, "b": 2}', '{\n  "a": 1,\n  "b": [3,4]\n}', '{"a": 1, "b": [3, 4]}'],
    ['{ "a": 1 }', '{"a":1,"b":{}}', '{ "a": 1, "b":{} }'.replace('"b":{}', '"b": {}')],
    ['{}', '{\n  "a": {"b": 1}\n}\n', '{"a":{"b":1}}'],
    ['{"a":1}', '\ufeff{"a":2}', '{"a":2}'],
    ['{"a":1}', '7', '7'],
    ['42', '42\n', '42'],
    ['42', '43\n', '43'],
    ['42', '43\n\n', '43\n\n'],
    ['42\n', '43\n', '43\n'],
  ])('stores over %j the text %j as %j', (stored, edited, expected) => {
    expect(storedBy(edited, open(stored))).toBe(expected);
  });

  it('says where the text is no JSON, and what storing it as it is would store', () => {
    expect(closeValue(bytes('{\n  "a": 1,\n}\n'), open('{"a":1}'))).toEqual({
      kind: 'invalid',
      problem: 'a property name in double quotes is expected',
      offset: 12,
      asIs: bytes('{\n  "a": 1,\n}'),
    });
  });

  it.each([
    ['42', '42\n', true],
    ['42', '43', false],
    ['{"a":1}', '{"a":1.0}', false],
    ['{"a":1}', '{"a":', false],
    ['a\r\nb', 'a\nb', false],
    ['a\r\nb', 'a\r\nb', true],
    ['\ufeffa', 'a', true],
    ['\ufeffa', 'b', false],
  ])('says of the value %j whether the text %j stands for it: %j', (stored, text, expected) => {
    expect(standsFor(text, open(stored))).toBe(expected);
  });

  it('stores what participants did when told so', () => {
    const closed = closeValue(bytes('42\n'), open('42'), { saveParticipants: 'keep' });

    expect(textOf(closed)).toBe('42\n');
  });

  it('stores bytes that are not UTF-8 as they are, but not as JSON', () => {
    const latin = Uint8Array.of(0x61, 0xe9);

    expect(closeValue(latin, open('a'))).toEqual({ kind: 'value', bytes: latin });
    expect(closeValue(latin, open('{}')).kind).toBe('invalid');
  });

  it('takes a large value and a deep one in linear time', () => {
    const row =
      '{"id":1234567,"name":"some text, with \\"quotes\\"","ok":true,"list":[1,2.50,null]}';
    expectLinear((size) => {
      const opened = openValue(bytes(`[${Array.from({ length: size }, () => row).join(',')}]`));
      closeValue(Buffer.concat([opened.shown, bytes('\n')]), opened);
      expect(opened.form.kind).toBe('formattedJson');
    }, 16_000);
    expectSame(bytes('['.repeat(10_000) + ']'.repeat(10_000)));
    expectSame(bytes('{"a":'.repeat(1_000) + '1' + '}'.repeat(1_000)));
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** One of ten gaps by what stands on its two sides, as a writer of JSON has them. */
function gapBefore(words: readonly string[], i: number, gaps: readonly string[]): string {
  const before = words[i - 1];
  const after = words[i] ?? '';
  if (before === undefined) {
    return '';
  }
  if (/^[[{]$/.test(before) && /^[\]}]$/.test(after)) {
    return gaps[0] ?? '';
  }
  const isMark = (word: string): boolean => /^[[\]{},:]$/.test(word);
  const place = '{[,:'.indexOf(isMark(before) ? before : '?');
  return gaps[place >= 0 ? 1 + place : 5 + ']},:'.indexOf(after)] ?? '';
}
