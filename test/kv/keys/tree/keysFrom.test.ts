import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyTree } from '../../../../src/kv/keys/tree/keyTree';

const key = fc
  .array(fc.constantFrom('a', 'b', 'é', '/c'), { minLength: 1, maxLength: 4 })
  .map((tokens) => tokens.join('.'));
const step = fc.record({ key, operation: fc.constantFrom('PUT' as const, 'DEL' as const) });

/** All keys of a tree, some at a time. */
function walk(tree: KeyTree, count: number): string[] {
  const all: string[] = [];
  let cursor: number | undefined = 0;
  while (cursor !== undefined) {
    const part: { keys: string[]; next: number | undefined } = tree.keysFrom(cursor, count);
    expect(part.keys.length).toBeLessThanOrEqual(count);
    all.push(...part.keys);
    cursor = part.next;
  }
  return all;
}

describe('a walk over the keys of a tree', () => {
  it.each([false, true])('tells each live key once (slashes part keys: %s)', (slash) => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        (steps, count) => {
          const tree = new KeyTree(0, { slash });
          const live = new Set<string>();
          steps.forEach(({ key, operation }, at) => {
            tree.apply({ key, operation, revision: at + 1, created: 0, size: 0 });
            if (operation === 'PUT') {
              live.add(key);
            } else {
              live.delete(key);
            }
          });
          expect(walk(tree, count).sort()).toEqual([...live].sort());
        },
      ),
    );
  });
});
