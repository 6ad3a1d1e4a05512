import { describe, expect, it } from 'vitest';
import { proposeColumns } from '../../../src/kv/table/proposeColumns';
import { cellOf, columnOf, typeOf } from '../../../src/kv/table/tableColumn';
import { parseTableFilter } from '../../../src/kv/table/tableFilter';
import { tableText } from '../../../src/kv/table/tableText';
import { ValueCache } from '../../../src/kv/table/valueCache';
import { parseJson, type JsonValue } from '../../../src/kv/values/jsonValue';

function values(...texts: string[]): JsonValue[] {
  return texts.flatMap((text) => parseJson(text) ?? []);
}

describe('the columns of a table', () => {
  it('are proposed from what the values have, the most frequent first, each with its type', () => {
    const found = proposeColumns(
      values(
        '{"total":1,"at":"2026-03-01T10:00:00Z","ok":true,"who":{"name":"A"},"list":[1]}',
        '{"total":2,"at":"2026-03-02","mixed":1,"who":{"name":"B"}}',
        '{"total":null,"mixed":"x"}',
      ),
      10,
    );
    expect(found.map(({ id, type }) => `${id} ${type}`)).toEqual([
      'value.total number',
      'value.at time',
      'value.who.name text',
      'value.mixed text',
      'value.ok boolean',
    ]);
  });

  it('are none for values without names in them', () => {
    expect(proposeColumns(values('1', '"a"', '[1, 2]', '{}'), 10)).toEqual([]);
  });

  it('have ids that rules read as paths', () => {
    expect(columnOf('value.a["odd key"][0]')?.path).toEqual(['a', 'odd key', 0]);
    expect(columnOf('value["a"]')?.id).toBe('value.a');
    expect(columnOf('value')?.path).toEqual([]);
    expect(columnOf('key')?.path).toBeUndefined();
    expect([columnOf('bucket'), columnOf('value.'), columnOf('')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('take values for what they are', () => {
    expect(
      [...values('1.50', 'true', '"2026-13-45"', '"2026-03-01 10:00"'), null].map(typeOf),
    ).toEqual(['number', 'boolean', 'text', 'time', undefined]);
    expect(cellOf(values('1.50')[0], 'number')).toEqual({
      text: '1.50',
      number: 1.5,
      isScalar: true,
    });
    expect(cellOf(values('{"a":1}')[0], 'number')?.isScalar).toBe(false);
    expect(cellOf(undefined, 'text')).toBeUndefined();
  });
});

describe('the filter of a table', () => {
  it.each([
    ['', 'none'],
    ['orders', 'keys'],
    ['orders.*.>', 'keys'],
    ['orders.>', 'keys'],
    ['value.total > 100 && age < 1h', 'rule'],
    ['value.total > 100 and (size < 5 || key matches a.>)', 'rule'],
    ['value.total >', 'problem'],
    ['total > 1', 'problem'],
  ])('takes %j for %s', (typed, kind) => {
    expect(parseTableFilter(typed).kind).toBe(kind);
  });
});

describe('copied cells', () => {
  const cell = (text: string, json: string) => ({ text, json });
  const cells = {
    columns: ['key', 'value.n'],
    rows: [
      [cell('a|b', '"a|b"'), cell('1.50', '1.50')],
      [cell('c\td', '"c\\td"'), undefined],
    ],
  };

  it.each([
    ['tsv', 'a|b\t1.50\n"c\td"\t\n'],
    ['csv', 'key,value.n\na|b,1.50\nc\td,\n'],
    ['markdown', '| key | value.n |\n| --- | --- |\n| a\\|b | 1.50 |\n| c\td |  |\n'],
    ['json', '[\n  {"key": "a|b", "value.n": 1.50},\n  {"key": "c\\td"}\n]\n'],
  ] as const)('are put as %s', (format, text) => {
    expect(tableText(format, cells)).toBe(text);
  });

  it('are only what is in it where there is one', () => {
    const one = { columns: ['key'], rows: [[cell('a "b"', '"a \\"b\\""')]] };
    expect(tableText('tsv', one)).toBe('a "b"');
  });
});

describe('the values that are kept', () => {
  const entry = (key: string, size: number) => ({
    ...{ key, revision: 1, operation: 'PUT' as const, created: 0, size, headers: [] },
    value: new Uint8Array(size),
  });

  it('are of some size at most, what was used longest ago goes first', () => {
    const cache = new ValueCache();
    const large = 6 * 1024 * 1024;
    ['a', 'b'].forEach((key) => cache.put(entry(key, large)));
    expect(cache.get('a')?.key).toBe('a');
    cache.put(entry('c', large));
    expect(['a', 'b', 'c'].map((key) => cache.get(key)?.key)).toEqual(['a', undefined, 'c']);
  });
});
