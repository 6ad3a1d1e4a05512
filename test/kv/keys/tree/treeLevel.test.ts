import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { KeyInfo, Operation } from '../../../../src/kv/model/entry';
import { naturalOrder } from '../../../../src/kv/base/naturalOrder';
import { KeyLevels } from '../../../../src/kv/keys/tree/keyLevels';
import { KeyTree } from '../../../../src/kv/keys/tree/keyTree';
import { KeyTrees } from '../../../../src/kv/keys/tree/keyTrees';

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

  it('keeps them while keys come and go between two looks at a part of the children', () => {
    const change = fc.record({ name: fc.nat(700), add: fc.boolean(), look: fc.boolean() });
    const order = fc.constantFrom('rising', 'falling', 'mixed');
    fc.assert(
      fc.property(fc.array(change, { maxLength: 300 }), order, (changes, order) => {
        const tree = new KeyTree();
        const live = new Set<string>();
        for (let at = 0; at < 600; at++) {
          const number = { rising: at, falling: 600 - at, mixed: (at * 7) % 600 }[order];
          live.add(`k${number}`);
          tree.apply(message(`k${number}`, at + 1));
        }
        const read = (isOver: () => boolean): (string | undefined)[] => {
          const level = tree.openLevel('');
          level?.want({ limit: 20 });
          level?.work(isOver);
          return level?.children().map((node) => tree.token(node)) ?? [];
        };
        read(() => true);
        for (const [at, { name, add, look }] of changes.entries()) {
          const key = `k${name}`;
          tree.apply(message(key, at + 1_000, add ? 'PUT' : 'DEL'));
          tree.settle();
          if (add) {
            live.add(key);
          } else {
            live.delete(key);
          }
          if (look) {
            read(() => true);
          }
        }
        const expected = [...live].sort(naturalOrder()).slice(0, 20);
        expect(read(() => false)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('passes over what goes before it was looked at', () => {
    const tree = new KeyTree();
    for (let at = 0; at < 300; at++) {
      tree.apply(message(`k${at}`, at + 1));
    }
    const read = (isOver: () => boolean): (string | undefined)[] => {
      const level = tree.openLevel('');
      level?.want({ limit: 500 });
      level?.work(isOver);
      return level?.children().map((node) => tree.token(node)) ?? [];
    };
    expect(read(() => true)).toHaveLength(128);

    for (let at = 0; at < 298; at++) {
      tree.apply(message(`k${at}`, at + 1_000, 'DEL'));
    }
    tree.apply(message('k7', 2_000));

    expect(read(() => false)).toEqual(['k7', 'k298', 'k299']);
  });

  it('has a closed level at hand, and reads it anew when a key came or went meanwhile', () => {
    const tree = new KeyTree();
    const read = (isOver: () => boolean): (string | undefined)[] => {
      const level = tree.openLevel('a');
      level?.want({ limit: 2 });
      level?.work(isOver);
      return level?.children().map((node) => tree.token(node)) ?? [];
    };
    for (let at = 0; at < 500; at++) {
      tree.apply(message(`a.k${at + 10}`, at + 1));
    }
    read(() => false);
    const open = tree.openLevel('a');
    tree.closeLevels();
    expect(tree.openLevel('a')).toBe(open);

    for (const [change, first] of [
      [message('a.k1', 1_000), ['k1', 'k10']],
      [message('a.k10', 1_001, 'DEL'), ['k1', 'k11']],
    ] as const) {
      tree.closeLevels('a');
      tree.apply(change);
      expect(read(() => false)).toEqual(first);
    }
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
    trees.applyAll(Array.from({ length: 20_000 }, (_, at) => message(`k${at}`, at + 1)));
    // As if each part of it took a turn.
    let time = 0;
    const levels = new KeyLevels(
      () => trees,
      () => (time += 8),
    );
    const read = vi.fn(() => levels.page('', { limit: 3 }));

    const first = read();
    const all = await levels.settle(read, 10_000);

    expect(first.isComplete).toBe(false);
    expect(all.isComplete).toBe(true);
    expect(all.rows.map(({ path }) => path)).toEqual(['k0', 'k1', 'k2']);
    expect([all.total, all.hasMore]).toEqual([20_000, true]);
    expect(read.mock.calls.length).toBeGreaterThan(2);
  });

  it('reads nothing into a level that was closed', () => {
    const tree = new KeyTree();
    tree.apply(message('a', 1));
    const level = tree.openLevel('');
    tree.closeLevels();
    tree.apply(message('b', 2));

    expect(level?.isComplete).toBe(true);
    expect(tree.openLevel('')).not.toBe(level);
  });
});
