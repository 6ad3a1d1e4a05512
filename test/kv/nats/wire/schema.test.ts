import { describe, expect, it } from 'vitest';
import {
  count,
  flag,
  integer,
  list,
  natural,
  object,
  optional,
  record,
  type Schema,
  text,
  time,
} from '../../../../src/kv/nats/wire/schema';

interface Sample {
  readonly name: string;
  readonly size: number;
  readonly note?: string;
  readonly parts?: readonly { readonly at: number }[];
}

const sample = object<Sample>({
  name: text,
  size: count,
  note: optional(text),
  parts: optional(list(object<{ readonly at: number }>({ at: integer }))),
});

describe('a schema', () => {
  it.each<[string, object]>([
    ['.name is missing', { size: 1 }],
    ['.name is null', { name: null, size: 1 }],
    ['.name is 5', { name: 5, size: 1 }],
    ['.size is -1', { name: '', size: -1 }],
    ['.size is 1.5', { name: '', size: 1.5 }],
    ['.size is a text', { name: '', size: '1' }],
    ['.size is true', { name: '', size: true }],
    ['.note is a list', { name: '', size: 1, note: [] }],
    ['.parts is an object', { name: '', size: 1, parts: {} }],
    ['.parts[1].at is missing', { name: '', size: 1, parts: [{ at: 1 }, {}] }],
    ['.parts[0] is null', { name: '', size: 1, parts: [null] }],
  ])('tells which field is wrong and how: %s', (problem, value) => {
    expect(sample(value)).toBe(problem);
  });

  it.each([undefined, null, 1, 'text', []])('wants an object and not %j', (value) => {
    expect(sample(value)).toMatch(/^ is /);
  });

  it('takes a null that Go wrote for nothing as a field that is missing', () => {
    const value = { name: '', size: 1, note: null, other: null };
    expect(sample(value)).toBeUndefined();
    expect(value).toEqual({ name: '', size: 1, other: null });
  });

  it('lets no field of a prototype that came as JSON count as one', () => {
    expect(sample(JSON.parse('{"__proto__": {"name": "", "size": 1}}'))).toBe('.name is missing');
  });

  it.each<[string, Schema<unknown>, unknown, string | undefined]>([
    ['a count', count, 2 ** 53, ' is a number beyond 2^53, which cannot be told exactly'],
    ['a count', count, Number.MAX_SAFE_INTEGER, undefined],
    ['an integer', integer, 2 ** 64, undefined],
    ['an integer', integer, 1e300, ' is 1e+300'],
    ['an integer', integer, rawJson('9223372036854775807'), undefined],
    ['an integer', integer, rawJson('1.5'), ' is an object'],
    ['a natural number', natural, rawJson('-9223372036854775807'), ' is negative'],
    ['a natural number', natural, -1, ' is negative'],
    [
      'a count',
      count,
      rawJson('9223372036854775807'),
      ' is a number beyond 2^53, which cannot be told exactly',
    ],
    ['a time', time, '0001-01-01T00:00:00Z', undefined],
    ['a time', time, 'soon', ' is not a time'],
    ['a flag', flag, 0, ' is 0'],
    ['a record', record(text), { a: 'b', c: 1 }, '.* is 1'],
    ['a record', record(text), ['a'], ' is a list'],
  ])('knows %s', (_, schema, value, problem) => {
    expect(schema(value)).toBe(problem);
  });
});

/** As `JSON.rawJSON` makes it, which not every engine has. */
function rawJson(source: string): object {
  return Object.freeze(Object.assign(Object.create(null) as object, { rawJSON: source }));
}
