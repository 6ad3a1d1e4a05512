import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyInfo, Operation } from '../../../src/kv/entry';
import { naturalOrder } from '../../../src/kv/naturalOrder';
import { KeyLevels } from '../../../src/kv/tree/keyLevels';
import { KeyTree } from '../../../src/kv/tree/keyTree';
import { KeyTrees } from '../../../src/kv/tree/keyTrees';

function message(key: string, revision: number, operation: Operation = 'PUT'): KeyInfo {
  return { key, revision, operation, created: revision, size: 1 };
}

describe('TreeLevel', () => {
  it('keeps the first children in order while keys come and go', () => {
    const change = fc.record({ name: fc.nat(400), add: fc.boolean(), look: fc.boolean() });
    const range = fc.record({
      limit: fc.integer({ min: 1, max: 60 }),
      from: fc.option(fc.nat(400)),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 600 }), range, (changes, { limit, from }) => {
        const tree = new KeyTree();
        const live = new Set<string>();
        const want = { limit, from: from === null ? undefined : `k${from}` };
        const names = (): string[] => {
          const level = tree.openLevel('');
          level?.want(want);
          level?.work(() => false);
          return level?.children().map((node) => tree.token(node)) ?? [];
        };
        const compare = naturalOrder();
        for (const [at, { name, add, look }] of changes.entries()) {
          const key = `k${name}`;
          tree.apply(message(key, at + 1, add ? 'PUT' : 'DEL'));
          tree.settle();
          if (add) {
            live.add(key);
          } else {
            live.delete(key);
          }
          if (look) {
            names();
          }
        }
        const expected = [...live]
          .sort(compare)
          .filter((name) => want.from === undefined || compare(name, want.from) >= 0)
          .slice(0, limit);
        expect(names()).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('finds what comes next when many of the first children have gone', () => {
    const tree = new KeyTree();
    for (let at = 0; at < 300; at++) {
      tree.apply(message(`k${at}`, at + 1));
    }
    const read = (): (string | undefined)[] => {
      const level = tree.openLevel('');
      level?.want({ limit: 2 });
      level?.work(() => false);
      return level?.children().map((node) => tree.token(node)) ?? [];
    };
    expect(read()).toEqual(['k0', 'k1']);

    for (let at = 0; at < 200; at++) {
      tree.apply(message(`k${at}`, at + 1_000, 'DEL'));
    }

    expect(read()).toEqual(['k200', 'k201']);
  });

  it('looks through a large level in short turns, and tells how far it is', async () => {
    const trees = new KeyTrees({ slash: false, deleted: false });
    trees.applyAll(Array.from({ length: 200_000 }, (_, at) => message(`k${at}`, at + 1)));
    const levels = new KeyLevels(() => trees);
    const read = () => levels.page('', { limit: 3 });

    const first = read();
    const all = await levels.settle(read, 10_000);

    expect(first.isComplete).toBe(false);
    expect(all.isComplete).toBe(true);
    expect(all.rows.map(({ path }) => path)).toEqual(['k0', 'k1', 'k2']);
    expect([all.total, all.hasMore]).toEqual([200_000, true]);
  });

  it('holds nothing of a level that was closed', () => {
    const tree = new KeyTree();
    tree.apply(message('a', 1));
    const level = tree.openLevel('');
    tree.closeLevels();
    tree.apply(message('b', 2));

    expect(level?.isComplete).toBe(true);
    expect(tree.openLevel('')).not.toBe(level);
  });
});
