import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf } from '../../../src/kv/table/tableColumn';
import { typeAmong, valueFields } from '../../../src/kv/table/valueFields';
import { valueAt } from '../../../src/kv/values/jsonDiff';
import { parseJson, type JsonValue } from '../../../src/kv/values/jsonValue';

function parsed(text: string): JsonValue {
  const value = parseJson(text);
  if (value === undefined) {
    throw new Error('no JSON');
  }
  return value;
}

function rows(text: string): string[] {
  const { fields } = valueFields(parsed(text));
  return fields.map(({ id, name, depth, text: shown, type }) =>
    [depth, id, name, shown, type].join('|'),
  );
}

describe('the fields of a value', () => {
  it('are what can be columns, each before what is in it', () => {
    expect(
      rows('{"total":1.50,"customer":{"name":"A"},"items":[{"p":true}],"at":"2026-01-01"}'),
    ).toEqual([
      '0|value||{"total":1.50,"customer":{"name":"A"},"items":[{"p":true}],"at":"2026-01-01"}|text',
      '1|value.total|total|1.50|number',
      '1|value.customer|customer|{"name":"A"}|text',
      '2|value.customer.name|name|A|text',
      '1|value.items|items|[{"p":true}]|text',
      '2|value.items[0]|0|{"p":true}|text',
      '3|value.items[0].p|p|true|boolean',
      '1|value.at|at|2026-01-01|time',
    ]);
  });

  it('have ids that lead back to them, whatever their names are', () => {
    const names = fc.oneof(
      fc.string(),
      fc.constantFrom('', 'a.b', '[0]', '"', "'", '\\', '__proto__', 'constructor', 'ü', ' ', '\n'),
    );
    const values = fc.dictionary(names, fc.dictionary(names, fc.integer()));
    fc.assert(
      fc.property(values, (value) => {
        const json = parsed(JSON.stringify(value));
        for (const { id, text, inside } of valueFields(json).fields) {
          const path = columnOf(id)?.path;
          expect(path, id).toBeDefined();
          const found = valueAt(json, path ?? []);
          expect(found, id).toBeDefined();
          if (inside === undefined) {
            expect((found as { text?: string }).text).toBe(text);
          }
        }
      }),
    );
  });

  it('are not all of a huge value, which is said', () => {
    const list = valueFields(parsed(JSON.stringify(Array.from({ length: 50_000 }, () => 1))));
    expect([list.fields.length, list.isCut]).toEqual([101, true]);
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`k${at}`, at]));
    const wide = valueFields(parsed(JSON.stringify(many)));
    expect([wide.fields.length, wide.isCut]).toEqual([1_000, true]);
    const deep = valueFields(parsed('{"a":'.repeat(100) + '1' + '}'.repeat(100)));
    expect([deep.fields.length, deep.isCut]).toEqual([13, true]);
    expect(valueFields(parsed('{"a":[]}')).isCut).toBe(false);
  });

  it('are of the type that values have', () => {
    const path = ['a'];
    expect(typeAmong([parsed('{"a":1}'), parsed('{"b":1}'), parsed('{"a":2}')], path)).toBe(
      'number',
    );
    expect(typeAmong([parsed('{"a":1}'), parsed('{"a":"x"}')], path)).toBe('text');
    expect(typeAmong([], path)).toBe('text');
  });
});
