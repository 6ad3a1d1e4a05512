import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GuardedRun } from '../../../src/kv/find/guardedRun';
import { describeMatches } from '../../../src/kv/find/valueMatch';
import { valueMatcher, type ValueQuery } from '../../../src/kv/find/valueQuery';

function matcher(query: ValueQuery) {
  const made = valueMatcher(query);
  if (typeof made !== 'function') {
    throw new Error(made.reason);
  }
  return made;
}

/** The texts that a query finds. */
function found(query: ValueQuery, text: string): string[] {
  return matcher(query)(text, 100).map(({ start, end }) => text.slice(start, end));
}

const path = (text: string): ValueQuery => ({ kind: 'jsonPath', text });

const order = JSON.stringify(
  {
    id: 42,
    status: 'new',
    items: [
      { sku: 'a-1', count: 2 },
      { sku: 'b-2', count: 1, tags: ['new'] },
    ],
    'ship to': { city: 'Riga', country: null },
  },
  undefined,
  2,
);

describe('a query for text', () => {
  it('finds each place of the text, and no other', () => {
    const unit = fc.constantFrom(...'aAb.*(\n');
    const texts = fc.string({ unit, minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(texts, fc.string({ unit, maxLength: 30 }), (text, value) => {
        const spans = matcher({ kind: 'text', text, matchCase: true })(value, 100);
        const expected: number[] = [];
        for (let at = value.indexOf(text); at >= 0; at = value.indexOf(text, at + text.length)) {
          expected.push(at);
        }
        expect(spans.map(({ start }) => start)).toEqual(expected);
      }),
    );
  });

  it('minds the case only when asked to', () => {
    const query = { kind: 'text', text: 'straße' } as const;
    expect(found({ ...query, matchCase: false }, 'STRAßE straße')).toEqual(['STRAßE', 'straße']);
    expect(found({ ...query, matchCase: true }, 'STRAßE straße')).toEqual(['straße']);
  });

  it('stops at its limit', () => {
    expect(matcher({ kind: 'text', text: 'a', matchCase: true })('aaaa', 3)).toHaveLength(3);
  });
});

describe('a query by a regular expression', () => {
  it('finds each match of at least one character', () => {
    expect(found({ kind: 'regex', text: '^b*|\\d+', matchCase: true }, 'bb\n😀23')).toEqual([
      'bb',
      '23',
    ]);
  });

  it('says what is wrong with it', () => {
    const made = valueMatcher({ kind: 'regex', text: 'a(', matchCase: true });
    expect(made).toEqual({ position: 0, reason: 'unterminated group' });
  });
});

describe('a query by a JSON path', () => {
  it.each([
    ['$.id', ['42']],
    ['$.items[0].sku', ['"a-1"']],
    ['$.items[-1].count', ['1']],
    ["$['ship to'].city", ['"Riga"']],
    ['$["ship to"].country', ['null']],
    ['$.items[*].count', ['2', '1']],
    ['$..count', ['2', '1']],
    ['$..tags[0]', ['"new"']],
    ['$..[0].sku', ['"a-1"']],
    ['$.items[?(@.count == 1)].sku', ['"b-2"']],
    ['$.items[?@.tags].sku', ['"b-2"']],
    ["$.items[?(@.sku != 'a-1')].count", ['1']],
    ['$.status == "new"', ['"new"']],
    ["$..* == 'new'", ['"new"', '"new"']],
    ['$.id == 41', []],
    ['$.nothing', []],
    ['$.items.sku', []],
  ])('follows %s', (text, expected) => {
    expect(found(path(text), order)).toEqual(expected);
  });

  it('takes the last of two properties of one name', () => {
    expect(found(path('$.a'), '{"a":1,"a":2}')).toEqual(['2']);
  });

  it('finds nothing in what is no JSON', () => {
    expect(found(path('$'), '{"a":1,}')).toEqual([]);
    expect(found(path('$'), 'plain')).toEqual([]);
    expect(found(path('$'), ' 7 ')).toEqual(['7']);
  });

  it('finds every value that JSON.parse knows, each once', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const values: unknown[] = [];
        JSON.parse(text, (_key, each: unknown) => {
          values.push(each);
          return each;
        });
        expect(found(path('$..*'), text)).toHaveLength(values.length - 1);
      }),
    );
  });

  it.each([
    ['a', 0, 'begins with $'],
    ['$.', 2, 'a name is expected'],
    ['$.a b', 4, 'goes on with'],
    ['$[', 2, 'a number, a quoted name'],
    ['$[0', 3, '] is expected'],
    ["$['a", 2, 'quote is not closed'],
    ['$.a == x', 7, 'true, false or null'],
    ['$[?(a)]', 4, 'begins with @'],
    ['$[?(@.a]', 7, ') is expected'],
  ])('says what is wrong with %s and where', (text, position, reason) => {
    const made = valueMatcher(path(text));
    expect(made).toMatchObject({ position });
    expect(typeof made === 'object' && made.reason).toContain(reason);
  });
});

describe('the line of a match', () => {
  function lines(text: string, query: string) {
    const spans = matcher({ kind: 'text', text: query, matchCase: true })(text, 100);
    return describeMatches(text, spans).map(({ line, shown, marked }) => {
      const { start, end } = marked;
      return `${line}: ${shown.slice(0, start)}[${shown.slice(start, end)}]${shown.slice(end)}`;
    });
  }

  it('is shown without the space before it, with the match marked', () => {
    expect(lines('{\n  "a": 1,\n\t"b": 1\n}', '1')).toEqual(['1: "a": [1],', '2: "b": [1]']);
  });

  it('is cut around a match far inside of it', () => {
    const [line = ''] = lines(`${'x'.repeat(500)}needle${'y'.repeat(500)}`, 'needle');
    expect(line).toMatch(/^0: …x{24}\[needle\]y{130}…$/);
  });

  it('ends where a match goes on in the next line', () => {
    expect(lines('ab\ncd', 'b\nc')).toEqual(['0: a[b]']);
  });

  it('marks the match whatever the text', () => {
    const unit = fc.constantFrom('a', 'b', ' ', '\n', '\t', '😀');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 400 }), (text) => {
        for (const match of describeMatches(
          text,
          matcher({ kind: 'text', text: 'a', matchCase: true })(text, 100),
        )) {
          const { start, end } = match.marked;
          expect(match.shown.slice(start, end)).toBe('a');
          expect(match.shown).not.toMatch(/[\r\n\t]|^[\uDC00-\uDFFF]/);
          expect(text.slice(0, match.span.start).split('\n').length - 1).toBe(match.line);
        }
      }),
    );
  });
});

it('finds nothing by a path in JSON that is nested too deeply', () => {
  const matcher = valueMatcher({ kind: 'jsonPath', text: '$..a' });
  expect(typeof matcher === 'function' && matcher('['.repeat(100_000), 10)).toEqual([]);
});

describe('a guarded run', () => {
  it('cuts off an expression that would take for ever', () => {
    const guard = new GuardedRun(40);
    const isWhole = guard.run(() => /^(a+)+$/.test(`${'a'.repeat(60)}b`));
    expect(isWhole).toBe(false);
  });

  it('runs again after that, and throws what the work throws', () => {
    const guard = new GuardedRun(40);
    guard.run(() => {
      for (;;);
    });
    let ran = false;
    expect(guard.run(() => (ran = true))).toBe(true);
    expect(ran).toBe(true);
    expect(() =>
      guard.run(() => {
        throw new TypeError('of the work');
      }),
    ).toThrow('of the work');
  });
});
