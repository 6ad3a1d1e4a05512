import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedElsewhere, editsOf } from '../../../src/kv/manyKeys/changes';
import { readManyKeys } from '../../../src/kv/manyKeys/readText';
import { readKeys } from '../../../src/kv/manyKeys/readKeys';
import { manyKeysText } from '../../../src/kv/manyKeys/writeText';
import type { Entry } from '../../../src/kv/model/entry';
import { FakeKvConnection } from '../fakeKvConnection';
import { bytes, text } from '../contract/harness';

const { signal } = new AbortController();

describe('the document of many keys', () => {
  it('shows JSON as JSON, text as text, other bytes as base64, and what stands beside a value', () => {
    const shown = manyKeysText(
      [
        entry('orders.1', '{"status":"new","total":1.10}'),
        entry('orders.2', 'hello'),
        entry('orders.3', '"quoted"'),
        entry('orders.4', new Uint8Array([0, 255])),
        entry('orders.5', '42', { headers: [['Source', 'shop']], ttl: 90_000 }),
        entry('orders.6', '{"$value":1}'),
      ],
      { heading: ['two', 'lines'], nested: false },
    );
    expect(shown).toBe(`// two
// lines
{
  "orders.1": {
    "status": "new",
    "total": 1.10
  },
  "orders.2": "hello",
  "orders.3": { "$json": "quoted" },
  "orders.4": { "$base64": "AP8=" },
  "orders.5": {
    "$value": 42,
    "$headers": { "Source": "shop" },
    "$ttl": "1m30s"
  },
  "orders.6": { "$json": {
    "$value": 1
  } }
}
`);
  });

  it('nests keys by their tokens, also a key that is a folder too', () => {
    const entries = [entry('a', '1'), entry('a.b', '2'), entry('a.c.d', '3')];
    const shown = manyKeysText(entries, { heading: [], nested: true });
    expect(JSON.parse(shown)).toEqual({ a: 1, 'a.': { b: 2, 'c.': { d: 3 } } });
    expect(editsOf(mapOf(entries), readManyKeys(shown).keys)).toEqual([]);
  });

  it('changes nothing of what says the same, whatever is stored', () => {
    const value = fc.oneof(
      fc.json().map((json) => bytes(json)),
      fc.json().map((json) => bytes(JSON.stringify(JSON.parse(json), null, 4) + '\n')),
      fc.string().map((each) => bytes(each)),
      fc.uint8Array(),
      fc
        .constantFrom('{"$value":1}', '{"$base64":"x","a":1}', '"x"', ' 42\n', '{"a":1,"a":2}')
        .map((each) => bytes(each)),
    );
    const key = fc.stringMatching(/^[a-c"/$]{1,3}(\.[a-c]{1,2}){0,2}$/);
    const headers = fc.array(
      fc.tuple(
        fc.constantFrom('A', 'B'),
        fc.string().filter((each) => !/[\r\n]/.test(each)),
      ),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.tuple(key, value, headers, fc.constantFrom(undefined, 'never' as const, 5_000)),
          {
            selector: ([each]) => each,
            maxLength: 6,
          },
        ),
        fc.boolean(),
        (all, nested) => {
          const entries = all.map(([each, stored, own, ttl]) =>
            entry(each, stored, { headers: own, ttl }),
          );
          const shown = manyKeysText(entries, { heading: ['x'], nested });
          const read = readManyKeys(shown);
          expect(read.problems).toEqual([]);
          expect(editsOf(mapOf(entries), read.keys)).toEqual([]);
          // Written anew, each value is what it was, but for the white space of JSON.
          const made = editsOf(new Map(), read.keys);
          expect(made).toHaveLength(entries.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('writes a changed value in the white space that it is stored in', () => {
    const stored = ['{"a": 1, "b": 2}', '{\n    "a": 1\n}\n', '{"a":1}', ' 1\n'];
    const entries = stored.map((each, at) => entry(`k${at}`, each));
    const edited = `{ "k0": {"a": 2, "b": 2}, "k1": {"a": 2, /* why */ "c": [3]}, "k2": {"a" : 2}, "k3": 2, }`;
    const edits = editsOf(mapOf(entries), readManyKeys(edited).keys);
    expect(edits.map(({ change }) => change.kind === 'put' && text(change.value))).toEqual([
      '{"a": 2, "b": 2}',
      '{\n    "a": 2,\n    "c": [\n        3\n    ]\n}\n',
      '{"a":2}',
      ' 2\n',
    ]);
  });

  it('puts, creates and deletes by compare-and-swap', () => {
    const entries = [
      entry('a', '1'),
      entry('b', '2', { revision: 7 }),
      entry('c', '3', { revision: 8 }),
    ];
    const edits = editsOf(mapOf(entries), readManyKeys('{"a":1,"b":3,"d":"x"}').keys, () => 4);
    expect(edits.map(({ change }) => [change.kind, change.key, change.expected])).toEqual([
      ['put', 'b', 7],
      ['put', 'd', 4],
      ['delete', 'c', 8],
    ]);
  });

  it.each([
    ['{"a":', 'the text is not JSON'],
    ['[]', 'the text is not a JSON object of keys'],
    ['{"a":1,"a":2}', 'the key is there twice'],
    ['{"a..b":1}', 'a key must not contain two dots in a row'],
    ['{"a.":1}', 'a name that ends with a dot is a folder of keys'],
    ['{"a":{"$base64":"?"}}', '"$base64" is not base64'],
    ['{"a":{"$value":1,"$ttl":"5"}}', '"$ttl" is "never" or a time such as "1h30m", at least "1s"'],
    ['{"a":{"$value":1,"$headers":{"Nats-TTL":"1"}}}', 'the header "Nats-TTL" cannot be stored'],
    ['{"a":{"$value":1,"$headers":[["A"]]}}', '"$headers" holds names with texts'],
    ['{"a":[1,]}', 'the value is not JSON: only the document itself may have commas at the end'],
  ])('says what is wrong with %s', (wrong, message) => {
    expect(readManyKeys(wrong).problems.map((problem) => problem.message)).toEqual([message]);
  });

  it('is read of a prefix, a filter or keys, and refused above its limit', async () => {
    const connection = new FakeKvConnection();
    await connection.createBucket({ name: 'b' });
    for (const key of ['orders.1', 'orders.2', 'orders', 'other.1']) {
      await connection.put('b', key, bytes('1'), { expected: 0 });
    }
    await connection.delete('b', 'orders.2', { expected: 'any' });
    const read = async (scope: Parameters<typeof readKeys>[2]) => [
      ...(await readKeys(connection, 'b', scope, signal)).entries.keys(),
    ];
    expect(await read({ kind: 'prefix', prefix: 'orders.' })).toEqual(['orders.1']);
    expect(await read({ kind: 'prefix', prefix: '', filter: '*.1' })).toEqual([
      'orders.1',
      'other.1',
    ]);
    expect(await read({ kind: 'keys', keys: ['orders', 'none'] })).toEqual(['orders']);
    for (let at = 0; at < 1_001; at++) {
      await connection.put('b', `many.${at}`, bytes('1'), { expected: 0 });
    }
    await expect(read({ kind: 'prefix', prefix: 'many.' })).rejects.toThrow(/at most 1000 keys/);
  });

  it('knows what others have changed', () => {
    const base = mapOf([entry('a', '1'), entry('b', '1'), entry('c', '1')]);
    const latest = mapOf([entry('a', '1'), entry('b', '2', { revision: 9 }), entry('d', '1')]);
    expect([...changedElsewhere(base, latest)]).toEqual(['b', 'c', 'd']);
  });
});

function entry(key: string, value: string | Uint8Array, others: Partial<Entry> = {}): Entry {
  const stored = typeof value === 'string' ? bytes(value) : value;
  const known = { key, revision: 1, operation: 'PUT', created: 1, size: stored.length } as const;
  return { ...known, ttl: undefined, value: stored, headers: [], ...others };
}

function mapOf(entries: readonly Entry[]): Map<string, Entry> {
  return new Map(entries.map((each) => [each.key, each]));
}
