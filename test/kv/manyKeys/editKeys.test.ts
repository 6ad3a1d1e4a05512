import fc from 'fast-check';
import { createScanner } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { editKeys, type KeyChanges } from '../../../src/kv/manyKeys/editKeys';
import { contentOf } from '../../../src/kv/manyKeys/keyContent';
import type { KeyContent } from '../../../src/kv/manyKeys/manyKeys';
import { readManyKeys } from '../../../src/kv/manyKeys/readText';
import type { Entry } from '../../../src/kv/model/entry';
import { ownHeaders } from '../../../src/kv/model/headers';
import { bytes } from '../contract/harness';

describe('the text of a document of keys that others have changed', () => {
  const written = `// mine
{
  // the first
  "b": { "n": 1, /* why */ "m": [1, 2, 3] }, // behind b
  /* before d */ "d": "text",

  "f": 3 // the last
}
// end
`;

  it.each<[string, Record<string, string | undefined>, string]>([
    ['nothing', {}, written],
    ['what says the same', { b: '{"n":1,"m":[1,2,3]}' }, written],
    ['a number in a value', { b: '{"n":2,"m":[1,2,3]}' }, written.replace('"n": 1', '"n": 2')],
    [
      'members of a value',
      { b: '{"m":[0,1,3,4],"o":{"p":1}}' },
      written.replace(
        '{ "n": 1, /* why */ "m": [1, 2, 3] }',
        '{ /* why */ "m": [0, 1, 3, 4], "o": {\n    "p": 1\n  } }',
      ),
    ],
    ['a text', { d: 'other' }, written.replace('"text"', '"other"')],
    ['a key before all', { a: '1' }, written.replace('{\n', '{\n  "a": 1,\n')],
    [
      'a key between',
      { e: '{"x":[]}' },
      written.replace('"text",', '"text",\n  "e": {\n    "x": []\n  },'),
    ],
    ['a key behind all', { g: '1' }, written.replace('3 // the last', '3, // the last\n  "g": 1')],
    [
      'the first key gone',
      { b: undefined },
      `// mine
{
  // the first
  /* why */
  // behind b
  /* before d */ "d": "text",

  "f": 3 // the last
}
// end
`,
    ],
    [
      'the last key gone',
      { f: undefined },
      written.replace('"text",\n\n  "f": 3 // the last', '"text"\n  // the last'),
    ],
    [
      'all of them gone',
      { b: undefined, d: undefined, f: undefined },
      `// mine
{
  // the first
  /* why */
  // behind b
  /* before d */
  // the last
}
// end
`,
    ],
  ])('is edited in the place of %s', (_, changes, expected) => {
    expect(editKeys(written, changesOf(changes), false)).toBe(expected);
    const crlf = written.replaceAll('\n', '\r\n');
    expect(editKeys(crlf, changesOf(changes), false)).toBe(expected.replaceAll('\n', '\r\n'));
  });

  it('keeps a comma at the end, one line, tabs, and folders', () => {
    const edit = (text: string, changes: Record<string, string | undefined>) =>
      editKeys(text, changesOf(changes), false);
    expect(edit('{"a":1,}', { b: '2' })).toBe('{"a":1, "b": 2,}');
    expect(edit('{"a":1,}', { a: undefined })).toBe('{}');
    expect(edit('{}', { a: '{"x":1}' })).toBe('{\n  "a": {\n    "x": 1\n  }\n}');
    expect(edit('{ "a": 1, "b": 2 }', { a: undefined })).toBe('{ "b": 2 }');
    expect(edit('{\n\t"a": 1\n}', { b: '[1]' })).toBe('{\n\t"a": 1,\n\t"b": [\n\t\t1\n\t]\n}');
    const nested = '{\n  "a.": {\n    "b": 1,\n    "c.": { "d": 2 }\n  }\n}';
    expect(edit(nested, { 'a.b': undefined, 'a.c.e': '3', 'x.y': '4', z: '5' })).toBe(
      '{\n  "a.": {\n    "c.": { "d": 2, "e": 3 }\n  },\n  "x.": {\n    "y": 4\n  },\n  "z": 5\n}',
    );
    expect(edit(nested, { 'a.c.d': undefined })).toBe('{\n  "a.": {\n    "b": 1\n  }\n}');
    expect(edit('{ // none\n}', { a: '1' })).toBe('{ // none\n  "a": 1\n}');
    expect(editKeys('{}', changesOf({ 'a.b': '1' }), true)).toBe(
      '{\n  "a.": {\n    "b": 1\n  }\n}',
    );
  });

  it('says exactly what was to be merged, with every comment, in every layout', () => {
    fc.assert(
      fc.property(
        documents,
        fc.array(change, { maxLength: 6 }),
        fc.boolean(),
        (text, made, nested) => {
          const before = readManyKeys(text);
          fc.pre(before.problems.length === 0);
          const changes: KeyChanges = new Map(made);
          const merged = editKeys(text, changes, nested);
          const after = readManyKeys(merged);
          expect(after.problems, merged).toEqual([]);
          expect(saidBy(after), merged).toEqual(expectedOf(before, changes));
          expect(commentsOf(merged)).toEqual(commentsOf(text));
          // Once more changes nothing.
          expect(editKeys(merged, changes, nested)).toBe(merged);
          if (!text.includes('\r')) {
            expect(merged).not.toContain('\r');
          }
        },
      ),
      { numRuns: Number(process.env['KV_MERGE_RUNS'] ?? 300) },
    );
  });
});

type Said = Record<string, readonly [string, Entry['headers'], Entry['ttl']]>;

function saidBy({ keys }: ReturnType<typeof readManyKeys>): Said {
  return Object.fromEntries(
    keys.map((each) => [each.key, [plain(each.content), each.headers, each.ttl]]),
  );
}

function plain(content: KeyContent): string {
  const said = content.kind === 'bytes' ? Buffer.from(content.bytes).toString('hex') : content;
  return JSON.stringify(said);
}

/** What is wanted by the model: the keys of the text, with those that changed. */
function expectedOf(before: ReturnType<typeof readManyKeys>, changes: KeyChanges): Said {
  const wanted = saidBy(before);
  for (const [key, entry] of changes) {
    if (entry) {
      wanted[key] = [plain(contentOf(entry.value)), ownHeaders(entry), entry.ttl];
    } else {
      delete wanted[key];
    }
  }
  return wanted;
}

function commentsOf(text: string): string[] {
  const scanner = createScanner(text);
  const found: string[] = [];
  for (let kind: number = scanner.scan(); kind !== 17; kind = scanner.scan()) {
    if (kind === 12 || kind === 13) {
      found.push(text.slice(scanner.getTokenOffset(), scanner.getPosition()));
    }
  }
  return found.sort();
}

function changesOf(changes: Record<string, string | undefined>): KeyChanges {
  return new Map(
    Object.entries(changes).map(([key, value]) => [
      key,
      value === undefined ? undefined : entryOf(key, bytes(value)),
    ]),
  );
}

function entryOf(key: string, value: Uint8Array, others: Partial<Entry> = {}): Entry {
  const known = { key, revision: 1, operation: 'PUT', created: 1, size: value.length } as const;
  return { ...known, ttl: undefined, value, headers: [], ...others };
}

/** JSON with the names of marks, and with names that stand twice. */
const json: fc.Arbitrary<string> = fc.letrec<{ value: string; object: string; array: string }>(
  (tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(
        '1',
        '-0',
        '1.10',
        '1e400',
        '123456789012345678901',
        'true',
        'null',
        '""',
        '"x"',
      ),
      fc.constantFrom('"// no comment"', '"/*"', '"\\ud800"', '"\\u0041"', '{}', '[]'),
      tie('object'),
      tie('array'),
    ),
    array: fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    object: fc
      .array(
        fc.tuple(
          fc.constantFrom('a', 'b', 'c', '__proto__', '\\u0061', '', '$value', '$json'),
          tie('value'),
        ),
        { maxLength: 4 },
      )
      .map((members) => `{${members.map(([name, each]) => `"${name}":${each}`).join(',')}}`),
  }),
).value;

const key = fc.stringMatching(/^[a-c$]{1,2}(\.[a-c]{1,2}){0,2}$/);

const change = fc
  .tuple(
    key,
    fc.option(fc.oneof(json.map(bytes), fc.uint8Array({ maxLength: 3 }), fc.string().map(bytes))),
    fc.constantFrom<Entry['headers']>(
      [],
      [['A', 'x']],
      [
        ['A', 'x'],
        ['A', 'y'],
      ],
    ),
    fc.constantFrom(undefined, 'never' as const, 90_000),
  )
  .map(([name, value, headers, ttl]): [string, Entry | undefined] => [
    name,
    value ? entryOf(name, value, { headers, ttl }) : undefined,
  ]);

/** A document with white space and comments of all kinds between its tokens. */
const documents = fc
  .record({
    keys: fc.uniqueArray(fc.tuple(key, json), { selector: ([name]) => name, maxLength: 5 }),
    folders: fc.boolean(),
    finalComma: fc.boolean(),
    gaps: fc.infiniteStream(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom('', ' ', '\n', '\n  ', '\n\t', '\n    ') },
        { weight: 1, arbitrary: fc.constantFrom('/*#*/', ' /* # */ ', ' // #\n', '\n// #\n  ') },
      ),
    ),
    crlf: fc.boolean(),
  })
  .map(({ keys, folders, finalComma, gaps, crlf }) => {
    const members = keys.map(([name, value]) => {
      const at = folders ? name.indexOf('.') + 1 : 0;
      const rest = `"${name.slice(at)}":${tamed(value)}`;
      return at > 0 ? `"${name.slice(0, at)}":{${rest}}` : rest;
    });
    const comma = finalComma && members.length > 0 ? ',' : '';
    const source = `{${members.join(',')}${comma}}`;
    const scanner = createScanner(source, true);
    let text = '';
    let count = 0;
    for (let kind: number = scanner.scan(); kind !== 17; kind = scanner.scan()) {
      const gap = gaps.next().value as string;
      text += `${gap.replace('#', String(++count))}${source.slice(scanner.getTokenOffset(), scanner.getPosition())}`;
    }
    return crlf ? `${text}\n`.replaceAll('\n', '\r\n') : `${text}\n`;
  });

/** What is no object of marks. */
function tamed(value: string): string {
  return /^\{.*"\$(value|json)"/.test(value) ? `{"$json":${value}}` : value;
}
