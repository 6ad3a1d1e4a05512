import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valueMatcher, type ValueQuery } from '../../../src/kv/find/valueQuery';
import { applyEdits, editsOfStored, valueReplacer } from '../../../src/kv/find/valueReplace';
import { sameLineEnds } from '../../../src/kv/values/textForm';

const all: (ordinal: number) => boolean = () => true;

function replaced(query: ValueQuery, replacement: string, value: string, wanted = all): string {
  const replacer = valueReplacer(query, replacement);
  if (typeof replacer !== 'function') {
    throw new Error(replacer.reason);
  }
  return applyEdits(value, replacer(value, wanted));
}

const text = (needle: string, options = {}): ValueQuery => {
  return { kind: 'text', text: needle, matchCase: false, ...options };
};
const regex = (needle: string): ValueQuery => {
  return { kind: 'regex', text: needle, matchCase: true };
};
const path = (needle: string): ValueQuery => ({ kind: 'jsonPath', text: needle });

describe('replacing in values', () => {
  it('puts a text in the place of each match, as it is', () => {
    expect(replaced(text('new'), '$1 $& \\n', 'new, New!')).toBe('$1 $& \\n, $1 $& \\n!');
  });

  it('replaces only whole words where only these were found', () => {
    const query = text('id', { wholeWord: true });
    expect(replaced(query, 'key', 'id valid id_2 (ID) über-id')).toBe(
      'key valid id_2 (key) über-key',
    );
  });

  it('fills in what the groups of an expression have matched', () => {
    const query = regex(String.raw`(\d+)-(?<unit>\w+)`);
    expect(replaced(query, '$<unit>=$1 ($&) $$ $9 $<none>', '12-kg')).toBe(
      'kg=12 (12-kg) $ $9 $<none>',
    );
  });

  it('replaces the whole value that a path leads to, and nothing inside of it again', () => {
    const value = '{"a": {"status": "new"}, "status": "new"}';
    expect(replaced(path('$.status == "new"'), '"paid"', value)).toBe(
      '{"a": {"status": "new"}, "status": "paid"}',
    );
    expect(replaced(path('$..*'), '0', value)).toBe('{"a": 0, "status": 0}');
  });

  it('replaces only the matches that are wanted', () => {
    expect(replaced(text('a'), 'b', 'a a a', (ordinal) => ordinal === 1)).toBe('a b a');
  });

  it('replaces what the matcher finds, and as many', () => {
    const unit = fc.constantFrom('a', 'b', '\n', ' ', '😀');
    const needles = fc.constantFrom('a', 'a*', '(?=b)', '.', '^', 'b$', 'a|');
    fc.assert(
      fc.property(needles, fc.string({ unit, maxLength: 30 }), (needle, value) => {
        const query = regex(needle);
        const matcher = valueMatcher(query);
        const replacer = valueReplacer(query, '-');
        if (typeof matcher !== 'function' || typeof replacer !== 'function') {
          throw new Error('not an expression');
        }
        const found = matcher(value, 1_000);
        expect(replacer(value, all)).toEqual(found.map((span) => ({ ...span, text: '-' })));
      }),
    );
  });

  it('leaves the byte order mark and the line ends of what is stored as they are', () => {
    const unit = fc.constantFrom('a', 'b', '\r', '\n', '\r\n');
    const bodies = fc.string({ unit, maxLength: 30 });
    fc.assert(
      fc.property(fc.boolean(), bodies, (hasMark, body) => {
        const stored = (hasMark ? '\ufeff' : '') + body;
        const replacer = valueReplacer(text('a'), 'xyz');
        if (typeof replacer !== 'function') {
          throw new Error('not a text');
        }
        const edits = replacer(sameLineEnds(body), all);
        expect(applyEdits(stored, editsOfStored(stored, edits))).toBe(
          stored.replaceAll('a', 'xyz'),
        );
      }),
    );
  });
});
