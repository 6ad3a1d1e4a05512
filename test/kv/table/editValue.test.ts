import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editValue } from '../../../src/kv/table/editValue';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(value);

function edited(value: string, path: readonly (string | number)[], typed: string): string {
  const result = editValue(bytes(value), path, typed);
  return result.kind === 'edited' ? text(result.bytes) : JSON.stringify(result);
}

describe('an edit in a cell', () => {
  it.each([
    ['{ "a" : 1.0,\r\n\t"b":[1, 2 ] }\n', ['b', 1], '3e2', '{ "a" : 1.0,\r\n\t"b":[1, 3e2 ] }\n'],
    ['\ufeff{"a":"x"}', ['a'], 'say "hi"\n', '\ufeff{"a":"say \\"hi\\"\\n"}'],
    ['{"a":true}', ['a'], ' false ', '{"a":false}'],
    ['{"a":null}', ['a'], '12', '{"a":12}'],
    ['{"a":null}', ['a'], 'word', '{"a":"word"}'],
    [
      '{"é":"ü","odd key":{"n":12345678901234567890}}',
      ['odd key', 'n'],
      '7',
      '{"é":"ü","odd key":{"n":7}}',
    ],
    ['"whole"', [], 'other', '"other"'],
  ])('changes in %j at %j what is there, and no other byte', (value, path, typed, wanted) => {
    expect(edited(value, path, typed)).toBe(wanted);
  });

  it.each([
    ['no json', ['a'], 'x', 'notJson'],
    ['{"a":1,}', ['a'], '2', 'notJson'],
    ['{"a":1}', ['b'], '2', 'missing'],
    ['{"a":{}}', ['a'], '2', 'notScalar'],
    ['{"a":1}', ['a'], 'two', 'notNumber'],
    ['{"a":1}', ['a'], '01', 'notNumber'],
    ['{"a":true}', ['a'], 'yes', 'notBoolean'],
  ])('is refused in %j at %j with %j', (value, path, typed, why) => {
    expect(editValue(bytes(value), path, typed)).toEqual({ kind: 'problem', why });
  });

  it('changes of a name that stands there twice the one that is read', () => {
    const edited = editValue(bytes('{"a":1,"b":{"c":1},"a":2,"b":{"c":3}}'), ['b', 'c'], '4');
    expect(edited).toEqual({
      kind: 'edited',
      bytes: bytes('{"a":1,"b":{"c":1},"a":2,"b":{"c":4}}'),
    });
  });

  it('is none where the same was typed', () => {
    expect(editValue(bytes('{"a":"\\u0041"}'), ['a'], 'A')).toEqual({ kind: 'unchanged' });
    expect(editValue(bytes('{"a":1.50}'), ['a'], '1.50')).toEqual({ kind: 'unchanged' });
  });

  it('keeps what a value means elsewhere, whatever is typed', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (other, typed) => {
        const value = `{"other": ${other} , "a": "" }`;
        const result = editValue(bytes(value), ['a'], typed);
        if (typed !== '') {
          expect(result.kind).toBe('edited');
          const stored = result.kind === 'edited' ? text(result.bytes) : '';
          expect(stored.startsWith(value.slice(0, -4))).toBe(true);
          expect((JSON.parse(stored) as { a: string }).a).toBe(typed);
        }
      }),
    );
  });
});
