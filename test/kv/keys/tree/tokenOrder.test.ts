import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naturalOrder } from '../../../../src/kv/base/naturalOrder';
import { NodeStore } from '../../../../src/kv/keys/tree/nodeStore';
import { noToken, TokenOrder } from '../../../../src/kv/keys/tree/tokenOrder';

const tokens = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: fc.constantFrom(...'aAbBzZ019-_/=') }) },
  { weight: 4, arbitrary: fc.string({ unit: fc.constantFrom(...visibleAscii()) }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'aAäé1鍵-') }) },
);

function visibleAscii(): string[] {
  return Array.from({ length: 0x7f - 0x21 }, (_, at) => String.fromCharCode(0x21 + at));
}

/** The sign of comparing two tokens as they are kept. */
function orderOf(a: string, b: string): number {
  const nodes = new NodeStore();
  const order = new TokenOrder(nodes);
  const bytes = new TextEncoder().encode(b);
  const kept = order.keep(noToken, a);
  const node = nodes.walk(bytes, 0, bytes.length, true);
  return Math.sign(order.compareWith(kept, node));
}

describe('TokenOrder', () => {
  it('orders tokens as their texts are ordered', () => {
    fc.assert(
      fc.property(
        tokens.filter((a) => !a.includes('.')),
        tokens.filter((b) => !b.includes('.')),
        (a, b) => {
          expect(orderOf(a, b)).toBe(Math.sign(naturalOrder()(a, b)));
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
