import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globExpression } from '../../../../src/kv/keys/keyGlob';
import { restExpressions } from '../../../../src/extension/documents/address/keyGlobRest';

describe('what a pattern leaves for the rest of a name', () => {
  it.each([
    ['orders/eu.*', 'orders/', ['^eu\\.[^/]*$']],
    ['orders/eu.*', 'orders/eu.', ['^[^/]*$']],
    ['orders/eu.*', 'flags/', []],
    ['{a,b}/x', 'b/', ['^x$']],
    ['**', 'b/', ['^[^]*$']],
    ['*{,b}*', '', ['^[^/]*[^/]*$', '^[^/]*b[^/]*$']],
  ])('of %s behind %s is %j', (pattern, start, expected) => {
    expect(restExpressions(pattern, start)).toEqual(expected);
  });

  it('matches what the pattern matches', () => {
    const pattern = fc
      .array(fc.constantFrom('a', 'b', '/', '.', '*', '**', '?', '{a,b.}', '{,b{a,.}}', '}', ','))
      .map((parts) => parts.join(''));
    const name = fc
      .array(fc.constantFrom('a', 'b', '/', '.', ',', '}'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(pattern, name, fc.nat(5), (glob, full, length) => {
        const [start, rest] = [full.slice(0, length), full.slice(length)];
        const isMatch = restExpressions(glob, start).some((each) =>
          new RegExp(each, 'u').test(rest),
        );
        expect(isMatch).toBe(globExpression(glob).test(full));
      }),
      { numRuns: 2_000 },
    );
  });
});
