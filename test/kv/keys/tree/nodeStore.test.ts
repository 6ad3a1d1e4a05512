import { describe, expect, it } from 'vitest';
import { noNode, NodeStore, rootNode, Word } from '../../../../src/kv/keys/tree/nodeStore';

const encoder = new TextEncoder();

function setUp() {
  const nodes = new NodeStore();
  const walk = (path: string, add: boolean) => {
    const bytes = encoder.encode(path);
    return nodes.walk(bytes, 0, bytes.length, add);
  };
  return {
    nodes,
    add: (path: string) => walk(path, true),
    find: (path: string) => walk(path, false),
  };
}

describe('NodeStore', () => {
  it('finds what was added, and nothing else', () => {
    const { add, find } = setUp();
    const leaf = add('a.b.c');
    expect(find('a.b.c')).toBe(leaf);
    expect(find('a')).not.toBe(noNode);
    expect([find('b'), find('a.c'), find('a.b.c.d'), find('c')]).toEqual([0, 0, 0, 0]);
  });

  it('keeps a node that gets children, and counts it once', () => {
    const { nodes, add, find } = setUp();
    const first = add('a');
    expect(nodes.size).toBe(1);
    add('a.b');
    expect(find('a')).toBe(first);
    expect(nodes.size).toBe(2);
  });

  it('forgets what is removed, a former parent too', () => {
    const { nodes, add, find } = setUp();
    for (let round = 0; round < 3; round++) {
      const child = add(`a${round}.b`);
      const parent = nodes.get(child, Word.parent);
      nodes.remove(child);
      nodes.remove(parent);
      expect([find(`a${round}.b`), find(`a${round}`)]).toEqual([noNode, noNode]);
      expect(nodes.size).toBe(0);
    }
    expect([...nodes.children(rootNode)]).toEqual([]);
  });

  it('adds a batch of paths as one by one, a key beside the folder of its name', () => {
    const { nodes, find } = setUp();
    const paths = ['a', 'a.b', 'c.d', 'c', 'a', 'ž.ž', 'c.d'];
    const bytes = encoder.encode(paths.join(''));
    let end = 0;
    const ends = Uint32Array.from(paths, (path) => (end += encoder.encode(path).length));
    const found = nodes.walkAll({ bytes, ends, length: paths.length });
    expect([...found].slice(0, paths.length)).toEqual(paths.map(find));
    expect(nodes.size).toBe(6);
  });
});
