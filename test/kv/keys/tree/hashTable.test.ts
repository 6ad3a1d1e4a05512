import { describe, expect, it } from 'vitest';
import { firstPlace, HashTable, nextPlace } from '../../../../src/kv/keys/tree/hashTable';

/** Hashes that collide a lot, in one partition. */
const hashOf = (node: number): number => (node * 7) % 13;

function find(table: HashTable, node: number): boolean {
  const slots = table.table(hashOf(node));
  for (let at = firstPlace(slots, hashOf(node)); slots[at] !== 0; at = nextPlace(slots, at)) {
    if (slots[at] === node) {
      return true;
    }
  }
  return false;
}

describe('HashTable', () => {
  it('finds every member after any additions and removals of colliding ones', () => {
    const table = new HashTable();
    const members = new Set<number>();
    let seed = 1;
    for (let step = 0; step < 5_000; step++) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      const node = 1 + (seed % 60);
      if (members.has(node)) {
        table.remove(node, hashOf(node));
        members.delete(node);
      } else {
        table.add(node, hashOf(node));
        members.add(node);
      }
      if (step % 50 === 0) {
        const found = Array.from({ length: 60 }, (_, at) => at + 1).filter((n) => find(table, n));
        expect(found).toEqual([...members].sort((a, b) => a - b));
      }
    }
  });

  it('does nothing when asked to remove what is not there', () => {
    const table = new HashTable();
    table.add(1, hashOf(1));

    table.remove(14, hashOf(14));

    expect(find(table, 1)).toBe(true);
  });
});
