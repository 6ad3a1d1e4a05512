import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planFilters } from '../../../../src/kv/nats/consumers/filterPlan';

describe('planFilters', () => {
  it.each([
    [undefined, ['>']],
    [[], ['>']],
    [['orders.>'], ['orders.>']],
    [['orders.>', 'orders.>'], ['orders.>']],
    [
      ['orders.>', 'users.*'],
      ['orders.>', 'users.*'],
    ],
    [['orders.>', 'orders.1'], ['orders.>']],
    [['a.b.c', 'a.b.*'], ['a.b.>']],
    [['a.*.c', 'a.b.*'], ['a.>']],
    [['a.*', '*.b'], ['>']],
    [['a.b', 'a.b.>', 'a.*'], ['a.>']],
  ])('asks for %j by %j', (asked, filters) => {
    expect(planFilters(asked).filters).toEqual(filters);
  });

  it('refuses what is no filter', () => {
    expect(() => planFilters(['a.>', 'a..b'])).toThrow('"a..b" is not a subject filter');
  });

  it('asks for all that is wanted, and never by filters that overlap', () => {
    const token = fc.constantFrom('a', 'b', '*');
    const path = fc.array(token, { minLength: 1, maxLength: 3 });
    const filter = fc
      .tuple(path, fc.boolean())
      .map(([tokens, isOpen]) => [...tokens, ...(isOpen ? ['>'] : [])].join('.'));
    const key = fc
      .array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 4 })
      .map((tokens) => tokens.join('.'));
    fc.assert(
      fc.property(fc.array(filter, { minLength: 1, maxLength: 4 }), key, (asked, name) => {
        const plan = planFilters(asked);
        const delivered = plan.filters.filter((each) => toPattern(each).test(name));
        const wanted = asked.some((each) => toPattern(each).test(name));
        expect(delivered.length > 0 && plan.wants(name)).toBe(wanted);
        expect(delivered.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

function toPattern(filter: string): RegExp {
  const source = filter.replaceAll('.', '\\.').replaceAll('*', '[^.]+').replace('>', '.+');
  return new RegExp(`^${source}$`);
}
