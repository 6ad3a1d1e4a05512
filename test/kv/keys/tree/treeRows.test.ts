import { describe, expect, it } from 'vitest';
import { Pace } from '../../../../src/kv/base/pace';
import { KeyTree } from '../../../../src/kv/keys/tree/keyTree';

function treeOf(keys: readonly string[]): KeyTree {
  const tree = new KeyTree();
  keys.forEach((key, at) =>
    tree.apply({ key, revision: at + 1, operation: 'PUT', created: 1_000 + at, size: 10 + at }),
  );
  return tree;
}

describe('the rows of a tree', () => {
  it('are in the order of tokens, with their keys and facts', async () => {
    const tree = treeOf(['b.10', 'b.9', 'a', 'b', 'b.9.x']);
    const rows = tree.rows();
    const order = [...(await rows.inOrder(new AbortController().signal))];
    expect(order.map((row) => rows.key(row))).toEqual(['a', 'b', 'b.9', 'b.9.x', 'b.10']);
    const row = tree.rowOf('b.9');
    expect([rows.revision(row), rows.created(row), rows.size(row)]).toEqual([2, 1_001, 11]);
    expect([tree.rowOf('b.11'), tree.rowOf('')]).toEqual([0, 0]);
  });

  it('are put in order in turns, also where each folder has few', async () => {
    const keys = Array.from({ length: 1_000 }, (_, at) => `f${at % 100}.k${at}`);
    const ended = new AbortController();
    ended.abort();
    const ordered = treeOf(keys).rows().inOrder(ended.signal, new Pace(-1));
    await expect(ordered).rejects.toThrow();
  });
});
