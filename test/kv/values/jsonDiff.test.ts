import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPath, jsonDiff, type JsonChange } from '../../../src/kv/values/jsonDiff';
import {
  isJsonArray,
  isJsonObject,
  parseJson,
  prettyJson,
  previewJson,
  type JsonValue,
} from '../../../src/kv/values/jsonValue';

function parse(text: string): JsonValue {
  const value = parseJson(text);
  if (value === undefined) {
    throw new Error(`not JSON: ${text}`);
  }
  return value;
}

function changes(before: string, after: string): string[] {
  return jsonDiff(parse(before), parse(after)).changes.map((change) => {
    const old = change.kind === 'added' ? '' : previewJson(change.before, 100);
    const now = change.kind === 'removed' ? '' : previewJson(change.after, 100);
    return `${change.kind} ${formatPath(change.path)}: ${old} -> ${now}`;
  });
}

/** Makes the second value of the first one by what the difference says. */
function patch(value: JsonValue, change: JsonChange, depth = 0): JsonValue | undefined {
  const step = change.path[depth];
  if (step === undefined) {
    return change.kind === 'removed' ? undefined : change.after;
  }
  if (isJsonArray(value) && typeof step === 'number') {
    const items: (JsonValue | undefined)[] = [...value];
    items[step] = patch(items[step] ?? null, change, depth + 1);
    return items.filter((item) => item !== undefined);
  }
  if (isJsonObject(value)) {
    const members = new Map(Object.entries(value));
    const child = patch(members.get(String(step)) ?? null, change, depth + 1);
    if (child === undefined) {
      members.delete(String(step));
    } else {
      members.set(String(step), child);
    }
    return Object.fromEntries(members);
  }
  throw new Error('the path leads nowhere');
}

const json = fc.json({ maxDepth: 4 });

describe('jsonDiff', () => {
  it('tells the changed paths', () => {
    expect(
      changes(
        '{"status":"new","items":[{"n":1},{"n":2}],"gone":null,"same":[1]}',
        '{"status":"paid","items":[{"n":1},{"n":3},4],"same":[1],"odd key":true}',
      ),
    ).toEqual([
      'changed status: "new" -> "paid"',
      'changed items[1].n: 2 -> 3',
      'added items[2]:  -> 4',
      'added ["odd key"]:  -> true',
      'removed gone: null -> ',
    ]);
  });

  it('compares numbers by their digits', () => {
    expect(changes('{"id":9007199254740993}', '{"id":9007199254740992}')).toEqual([
      'changed id: 9007199254740993 -> 9007199254740992',
    ]);
    expect(changes('[1,1e2]', '[1.0,1e2]')).toEqual(['changed [0]: 1 -> 1.0']);
  });

  it('takes the names that objects inherit for keys like any other', () => {
    expect(changes('{}', '{"constructor":1,"__proto__":2}')).toEqual([
      'added constructor:  -> 1',
      'added __proto__:  -> 2',
    ]);
    expect(changes('{"toString":1}', '{}')).toEqual(['removed toString: 1 -> ']);
  });

  it('tells no difference of what differs in white space only', () => {
    expect(changes('{"a":[1,2]}', '{ "a": [ 1, 2 ] }')).toEqual([]);
  });

  it('lists no more than was asked for and counts the others', () => {
    const { changes, more } = jsonDiff(parse('[1,2,3,4]'), parse('[5,6,7]'), 2);
    expect(changes).toHaveLength(2);
    expect(more).toBe(2);
  });

  it('leads from one value to the other, whatever they are', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const [before, after] = [parse(a), parse(b)];
        // Removed array elements go from the back, so that indexes stay what they were.
        const steps = jsonDiff(before, after).changes.toReversed();
        const ordered = [
          ...steps.filter(({ kind }) => kind === 'removed'),
          ...steps.filter(({ kind }) => kind !== 'removed').toReversed(),
        ];
        let value: JsonValue | undefined = before;
        for (const step of ordered) {
          value = patch(value ?? null, step);
        }
        expect(jsonDiff(value ?? null, after).changes).toEqual([]);
      }),
    );
  });
});

describe('the JSON writers', () => {
  it('write what was read, each digit of it', () => {
    fc.assert(
      fc.property(json, (text) => {
        const value = parse(text);
        expect(jsonDiff(parse(previewJson(value, Infinity)), value).changes).toEqual([]);
        expect(jsonDiff(parse(prettyJson(value, Infinity)), value).changes).toEqual([]);
      }),
    );
    expect(previewJson(parse('[12345678901234567890.10]'), 99)).toBe('[12345678901234567890.10]');
  });

  it('write every number as it was written, however that was', () => {
    const number = fc.stringMatching(/^-?(0|[1-9]\d{0,19})(\.\d{1,20})?([eE][+-]?\d{1,3})?$/);
    fc.assert(
      fc.property(number, fc.constantFrom('', ' ', '\n'), (digits, space) => {
        const text = `[${digits},{"__proto__":${digits},"a":[${digits}]}]`;
        const spaced = `[${space}${digits}${space},{"__proto__":${digits}${space},"a":[${digits}]}]`;
        expect(previewJson(parse(spaced), Infinity)).toBe(text);
        expect(previewJson(parse(digits), Infinity)).toBe(digits);
      }),
      { numRuns: 2_000 },
    );
  });

  it('stop at the limit', () => {
    const long = parse(`[${'"abcdefgh",'.repeat(10_000)}0]`);
    expect(previewJson(long, 20)).toBe('["abcdefgh","abcdefg…');
    expect(prettyJson(long, 50).length).toBeLessThan(80);
  });

  it('refuse nesting that would exhaust the stack', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(() => parseJson(deep)).not.toThrow();
  });
});
