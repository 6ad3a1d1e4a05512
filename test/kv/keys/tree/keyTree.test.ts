import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyInfo, Operation } from '../../../../src/kv/model/entry';
import { columnsOf } from '../../model/columnsOf';
import { KeyTree, type KeyTreeChild } from '../../../../src/kv/keys/tree/keyTree';

function message(key: string, revision: number, operation: Operation = 'PUT'): KeyInfo {
  return { key, revision, operation, created: revision, size: 1 };
}

function treeOf(...keys: string[]): KeyTree {
  const tree = new KeyTree();
  keys.forEach((key, at) => tree.apply(message(key, at + 1)));
  return tree;
}

function labels(children: readonly KeyTreeChild[]): string[] {
  return children.map((child) =>
    child.kind === 'folder' ? `${child.token}/ ${child.count}` : child.token,
  );
}

/** Every key that the tree shows when all folders are opened. */
function expand(tree: KeyTree, prefix = ''): string[] {
  return tree
    .children(prefix)
    .flatMap((child) => (child.kind === 'key' ? [child.info.key] : expand(tree, child.prefix)));
}

function expandInfos(tree: KeyTree, prefix = ''): KeyInfo[] {
  return tree
    .children(prefix)
    .flatMap((child) => (child.kind === 'key' ? [child.info] : expandInfos(tree, child.prefix)));
}

describe('KeyTree', () => {
  it('folds keys by their tokens and counts the keys below', () => {
    const tree = treeOf('orders.eu.1', 'orders.eu.2', 'orders.us.1', 'order-1');

    expect(labels(tree.children(''))).toEqual(['order-1', 'orders/ 3']);
    expect(labels(tree.children('orders'))).toEqual(['eu/ 2', 'us/ 1']);
    expect(tree.count('')).toBe(4);
  });

  it('shows a key that is also a prefix as a folder and as a key', () => {
    const tree = treeOf('a', 'a.b');

    expect(labels(tree.children(''))).toEqual(['a/ 1', 'a']);
    expect(tree.count('a')).toBe(1);
  });

  it('sorts numbers in tokens as numbers', () => {
    expect(labels(treeOf('k10', 'k9', 'k100').children(''))).toEqual(['k9', 'k10', 'k100']);
  });

  it('drops a folder with its last key', () => {
    const tree = treeOf('a.b.c');

    expect(tree.apply(message('a.b.c', 2, 'DEL'))).toBe('keys');
    expect(tree.children('')).toEqual([]);
  });

  it('tells a changed value from a new key', () => {
    const tree = treeOf('a');

    expect(tree.apply(message('a', 2))).toBe('facts');
    expect(tree.apply(message('b', 3))).toBe('keys');
    expect(tree.apply(message('a', 1))).toBe('none');
  });

  it('does not bring a deleted key back when its older value comes late', () => {
    const tree = new KeyTree();

    tree.apply(message('a', 5, 'PURGE'));

    expect(tree.apply(message('a', 3))).toBe('none');
    expect(tree.children('')).toEqual([]);
  });

  it('remembers no marker that nothing older can follow', () => {
    const tree = new KeyTree(10);
    tree.apply(message('old', 9, 'DEL'));
    tree.apply(message('new', 10, 'DEL'));

    expect(tree.apply(message('old', 3))).toBe('keys');
    expect(tree.apply(message('new', 3))).toBe('none');
  });

  it('keeps keys of any script and length apart', () => {
    const keys = ['kľúč', 'kluc', '鍵.値', 'a/b', '/', '%', 'x'.repeat(3_000), '😀.😀'];
    const tree = treeOf(...keys);

    expect(keys.map((key) => tree.get(key)?.revision)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(expand(tree).sort()).toEqual([...keys].sort());
  });

  it('equals a map after tens of thousands of keys came and went', () => {
    const tree = new KeyTree();
    const live = new Map<string, number>();
    let seed = 7;
    for (let revision = 1; revision <= 60_000; revision++) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      const key = `t${seed % 7}.u${seed % 101}.k${(seed >>> 8) % 20_000}`;
      const isPut = (seed >>> 3) % 3 > 0;
      tree.apply(message(key, revision, isPut ? 'PUT' : 'DEL'));
      if (isPut) {
        live.set(key, revision);
      } else {
        live.delete(key);
      }
      tree.settle();
    }

    expect(tree.count('')).toBe(live.size);
    expect(expand(tree).sort()).toEqual([...live.keys()].sort());
    for (const [key, revision] of live) {
      expect(tree.get(key)?.revision).toBe(revision);
    }
  });

  it.each([
    ['columns', columnsOf],
    ['an array', (messages: readonly KeyInfo[]) => messages],
  ])('takes in a batch that is %s as it takes in its messages', (_, toBatch) => {
    const token = fc.constantFrom('a', 'b', 'ž', '1', 'x'.repeat(40));
    const key = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join('.'));
    const operation = fc.oneof(
      { weight: 9, arbitrary: fc.constant<Operation>('PUT') },
      { weight: 1, arbitrary: fc.constantFrom<Operation>('DEL', 'PURGE', 'EXPIRED') },
    );
    const messages = fc.tuple(key, fc.integer({ min: 1, max: 200 }), operation);
    const batches = fc.array(fc.array(messages.map((each) => message(...each))));
    fc.assert(
      fc.property(batches, (all) => {
        const [one, other] = [new KeyTree(), new KeyTree()];
        for (const batch of all) {
          const changes = batch.map((info) => [info.key, one.apply(info)]);
          expect(other.applyAll(toBatch(batch))).toEqual({
            keys: changes.filter(([, change]) => change === 'facts').map(([name]) => name),
            structural: changes.some(([, change]) => change === 'keys'),
          });
        }
        expect(expandInfos(other)).toEqual(expandInfos(one));
        expect(other.count('')).toBe(one.count(''));
      }),
      { numRuns: 300 },
    );
  });

  it('finds a key again that became a folder, and a folder that is only a key again', () => {
    const tree = treeOf('a');
    tree.apply(message('a.b', 2));
    expect(tree.apply(message('a', 3))).toBe('facts');
    expect(labels(tree.children(''))).toEqual(['a/ 1', 'a']);
    tree.apply(message('a.b', 4, 'DEL'));
    expect(tree.apply(message('a', 5))).toBe('facts');
    expect(tree.apply(message('a', 6, 'DEL'))).toBe('keys');
    expect(tree.children('')).toEqual([]);
  });

  it('equals a flat list after any messages in any order', () => {
    const token = fc.constantFrom('a', 'b', 'c', '1');
    const key = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join('.'));
    const operation = fc.constantFrom<Operation>('PUT', 'PUT', 'DEL', 'PURGE', 'EXPIRED');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(key, operation)),
        fc.infiniteStream(fc.nat()),
        (steps, order) => {
          const messages = steps.map(([name, kind], at) => message(name, at + 1, kind));
          const last = new Map(messages.map((each) => [each.key, each]));
          const live = [...last.values()].filter((each) => each.operation === 'PUT');
          const tree = new KeyTree();
          const ranks = new Map(messages.map((each) => [each, order.next().value]));
          messages
            .toSorted((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0))
            .forEach((each) => tree.apply(each));

          expect(expand(tree).sort()).toEqual(live.map((each) => each.key).sort());
          expect(tree.count('')).toBe(live.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});
