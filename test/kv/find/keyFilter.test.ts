import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseKeyFilter, type KeyFilter } from '../../../src/kv/find/keyFilter';
import { checkFilter } from '../../../src/kv/nats/consumers/subjectFilter';

function filterOf(text: string): KeyFilter {
  const parsed = parseKeyFilter(text);
  if (parsed.kind !== 'filter') {
    throw new Error(`${text} is no filter`);
  }
  return parsed.filter;
}

/** Subject matching as NATS describes it, token by token. */
function naiveMatch(pattern: readonly string[], tokens: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) {
    return tokens.length === 0;
  }
  if (first === '>') {
    return tokens.length > 0;
  }
  return (
    tokens.length > 0 && (first === '*' || first === tokens[0]) && naiveMatch(rest, tokens.slice(1))
  );
}

const token = fc.string({ unit: fc.constantFrom(...'ab'), minLength: 1, maxLength: 2 });
const key = fc.array(token, { minLength: 1, maxLength: 4 });
const pattern = fc
  .tuple(fc.array(fc.oneof(token, fc.constant('*')), { maxLength: 3 }), fc.constantFrom('*', '>'))
  .map(([tokens, last]) => [...tokens, last]);

describe('a filter for keys', () => {
  it.each(['.', '/'])('matches tokens between "%s" as NATS matches subjects', (separator) => {
    fc.assert(
      fc.property(pattern, fc.array(key, { maxLength: 10 }), (tokens, keys) => {
        // A wildcard alone is one between dots.
        fc.pre(tokens.length > 1 || separator === '.');
        const { matches } = filterOf(tokens.join(separator));
        for (const each of keys) {
          expect(matches(each.join(separator))).toBe(naiveMatch(tokens, each));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('is left to the server where it has wildcards between dots', () => {
    fc.assert(
      fc.property(pattern, (tokens) => {
        const { kind, subjectFilter } = filterOf(tokens.join('.'));
        expect([kind, subjectFilter]).toEqual(['subject', tokens.join('.')]);
        expect(() => checkFilter(tokens.join('.'))).not.toThrow();
      }),
    );
    expect(filterOf('/etc/*').subjectFilter).toBeUndefined();
    expect(filterOf('eu').subjectFilter).toBeUndefined();
  });

  it('takes keys that begin with a slash', () => {
    const { kind, matches } = filterOf('/etc/*/name');
    expect(kind).toBe('path');
    expect(['/etc/app/name', '/etc/a.b/name', '/etc/name', 'etc/app/name'].filter(matches)).toEqual(
      ['/etc/app/name', '/etc/a.b/name'],
    );
  });

  it('finds plain text anywhere in a key, whatever its case', () => {
    const { kind, matches } = filterOf(' eu.4 ');
    expect(kind).toBe('text');
    expect(['orders.EU.42', 'eu.4', 'eu4'].filter(matches)).toEqual(['orders.EU.42', 'eu.4']);
  });

  it('is none when nothing was typed', () => {
    expect(parseKeyFilter('  ').kind).toBe('none');
  });

  it.each([
    ['a b.*', 1, 'no key contains spaces'],
    ['>.a', 0, 'can only be the last token'],
    [' a.>.b', 3, 'can only be the last token'],
    ['a..*', 2, 'before, between and after its dots'],
    ['*.', 1, 'before, between and after its dots'],
    ['ord*', 3, 'stands for whole tokens'],
    ['a.ord*.>', 5, 'stands for a whole token'],
  ])('says what is wrong with "%s" and where', (typed, position, reason) => {
    const parsed = parseKeyFilter(typed);
    expect(parsed).toMatchObject({ kind: 'problem', position });
    expect(parsed.kind === 'problem' && parsed.reason).toContain(reason);
  });
});
