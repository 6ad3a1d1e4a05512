import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterMatcher, filterProblem, noFilter } from '../../../src/kv/live/liveFilter';
import { ruleMatcher } from '../../../src/kv/rules/matchRule';
import { isRuleProblem, parseRule } from '../../../src/kv/rules/parseRule';
import { needsValue } from '../../../src/kv/rules/rule';
import type { LiveChange } from '../../../src/kv/live/liveChange';
import { change, entry } from '../live/liveChanges';

function matches(condition: string, of: LiveChange): boolean {
  const rule = parseRule(condition);
  if (isRuleProblem(rule)) {
    throw new Error(`${condition}: ${rule.problem} at ${rule.position}`);
  }
  return ruleMatcher(rule)(of);
}

const order = change(
  'orders.eu.42',
  '{"status":"failed","total":12.50,"id":9007199254740993,"tags":["a","b"],"odd key":{"x":null},"ok":true}',
);

describe('a rule', () => {
  it.each([
    'key matches orders.> and value.status == "failed"',
    'key matches orders.*.42',
    'key == orders.eu.42',
    'key contains eu',
    'key matches >',
    'value.status == failed',
    'value.status != "new"',
    'value.total >= 12.5',
    'value.total<13',
    'value.id == 9007199254740993',
    'value.id > 9007199254740992',
    'value.tags[1] == b',
    'value.tags contains "a"',
    'value.ok == true',
    'value["odd key"].x == null',
    'value["odd key"] exists',
    'value.missing != 1',
    'value contains "12.50"',
    'operation == put',
    'bucket == b and revision == 1 and size > 10',
    'not value.missing exists',
    'not (value.status == new or value.status == "paid")',
    'value.status == new or value.ok == true and size > 1',
  ])('is met: %s', (condition) => {
    expect(matches(condition, order)).toBe(true);
    expect(matches(`not (${condition})`, order)).toBe(false);
  });

  it.each([
    'key matches orders.*',
    'key matches orders.eu.42.>',
    'value.id == 9007199254740992',
    'value.status == "Failed"',
    'value.status > 3',
    'value.constructor exists',
    'value.tags.length exists',
    'value.ok == "true"',
    'operation == delete',
    '(value.status == new or value.ok == true) and size < 1',
  ])('is not met: %s', (condition) => {
    expect(matches(condition, order)).toBe(false);
  });

  it('takes a text that is no JSON as it is, and a marker as nothing', () => {
    expect(matches('value == "plain text"', change('k', 'plain text'))).toBe(true);
    const gone = change('k', '', { entry: entry('k', '', { operation: 'EXPIRED' }) });
    expect(matches('value exists', gone)).toBe(false);
    expect(matches('operation == expired', gone)).toBe(true);
  });

  it('counts an age from when the message was stored to when it is asked', () => {
    const stored = change('k', 'x', { entry: entry('k', 'x', { created: 1_000 }), at: 91_000 });
    expect(matches('age > 1m and age<2m', stored)).toBe(true);
    expect(matches('age >= 90s', stored)).toBe(true);
    expect(matches('age > 1m30s', stored)).toBe(false);
    expect(matches('age > 30d or key == k', { ...stored, at: 0 })).toBe(true);
    expect(matches('age < 1ms', { ...stored, at: 0 })).toBe(true);
  });

  it.each([
    ['key matches a.> and age > 30d and not (size > 3 or revision == 1)', false],
    ['key == a and not (age > 1h or value.done == true)', true],
    ['value exists', true],
  ])('tells whether it looks at values: %s', (condition, expected) => {
    const rule = parseRule(condition);
    expect(!isRuleProblem(rule) && needsValue(rule)).toBe(expected);
  });

  it.each([
    ['', 0],
    ['age > 3x', 6],
    ['age == 30d', 7],
    ['key', 3],
    ['key ==', 6],
    ['key = a', 4],
    ['key matches a..b', 12],
    ['bucket matches a', 15],
    ['value.status == "a" value.b == 1', 20],
    ['(key == a', 9],
    ['price > 3', 0],
    ['value. == 1', 0],
    ['value.a > "x"', 10],
    ['operation == read', 13],
    ['value.a == "\\x"', 11],
    ['key == a and', 12],
    ['alert(1)', 0],
  ])('is refused with the place: %j', (condition, position) => {
    const rule = parseRule(condition);
    expect(isRuleProblem(rule) && rule.position).toBe(position);
  });

  it('is parsed or refused, whatever is typed, and never runs anything', () => {
    const words = ['key', 'value.a', '==', '(', ')', 'and', 'not', '"x"', '1', '>', '[', 'exists'];
    const typed = fc.array(fc.constantFrom(...words), { maxLength: 12 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          typed.map((each) => each.join(' ')),
        ),
        (text) => {
          const rule = parseRule(text);
          if (isRuleProblem(rule)) {
            expect(rule.position).toBeLessThanOrEqual(text.length);
          } else {
            expect(typeof ruleMatcher(rule)(order)).toBe('boolean');
          }
        },
      ),
    );
    expect(isRuleProblem(parseRule('('.repeat(100_000)))).toBe(true);
  });
});

describe('a filter', () => {
  const passes = (filter: object, of = order) => filterMatcher({ ...noFilter, ...filter })(of);

  it('lets everything through when it is empty', () => {
    expect(passes({})).toBe(true);
  });

  it('finds text in keys and values in whatever case', () => {
    expect(passes({ text: 'EU.42' })).toBe(true);
    expect(passes({ text: '"Failed"' })).toBe(true);
    expect(passes({ text: 'paid' })).toBe(false);
  });

  it('narrows by key pattern, operation and condition, all of them', () => {
    expect(passes({ key: 'orders.>', operations: ['PUT'], condition: 'value.ok == true' })).toBe(
      true,
    );
    expect(passes({ key: 'users.>', operations: ['PUT'] })).toBe(false);
    expect(passes({ operations: ['DEL', 'PURGE'] })).toBe(false);
    expect(passes({ condition: 'value.ok == false' })).toBe(false);
  });

  it('names the field that cannot be used, and lets through as if it were empty', () => {
    expect(filterProblem({ ...noFilter, key: 'a..b' })?.field).toBe('key');
    expect(filterProblem({ ...noFilter, condition: 'value.' })?.field).toBe('condition');
    expect(filterProblem({ ...noFilter, condition: 'key == a' })).toBeUndefined();
    expect(passes({ key: 'a..b', condition: 'value.' })).toBe(true);
  });
});
