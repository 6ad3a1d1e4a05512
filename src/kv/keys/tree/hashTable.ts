const partitionBits = 8;
const firstSize = 8;

/**
 * Owns a set of node numbers (above 0) that are found by a 32-bit hash; changes only through `add`
 * and `remove`. It is 256 small tables, each of which grows by itself, so that no growth takes long.
 * Every member stands beside its hash: to pass over another one needs no look at its node.
 */
export class HashTable {
  private readonly tables: Uint32Array[] = [];
  private readonly used: number[] = [];

  constructor() {
    for (let at = 0; at < 1 << partitionBits; at++) {
      this.tables.push(new Uint32Array(2 * firstSize));
      this.used.push(0);
    }
  }

  /**
   * The table in which members of this hash are, as pairs of node and hash: probe from `firstPlace`
   * in steps of 2, round the end, until a node of 0. Given out, and not searched by a callback,
   * because it is the hottest place.
   */
  table(hash: number): Uint32Array {
    return this.tables[hash >>> (32 - partitionBits)] ?? new Uint32Array(2);
  }

  get size(): number {
    return this.used.reduce((sum, count) => sum + count, 0);
  }

  add(node: number, hash: number): void {
    const partition = hash >>> (32 - partitionBits);
    const count = (this.used[partition] ?? 0) + 1;
    this.used[partition] = count;
    let table = this.table(hash);
    if (count * 8 > table.length * 3) {
      table = this.grow(partition, table);
    }
    place(table, node, hash);
  }

  /**
   * Reads the places at which the search for these hashes begins, so that they are in the processor's
   * cache. The result is of no use but to keep the reads from being left out.
   */
  touch(hashes: Uint32Array, count: number): number {
    let sum = 0;
    for (let at = 0; at < count; at++) {
      const hash = hashes[at] ?? 0;
      const table = this.table(hash);
      sum = (sum + (table[firstPlace(table, hash)] ?? 0)) | 0;
    }
    return sum;
  }

  /** Returns whether it was there. */
  remove(node: number, hash: number): boolean {
    const table = this.table(hash);
    let hole = firstPlace(table, hash);
    while (table[hole] !== node) {
      if (table[hole] === 0) {
        return false;
      }
      hole = nextPlace(table, hole);
    }
    closeGap(table, hole);
    const partition = hash >>> (32 - partitionBits);
    this.used[partition] = (this.used[partition] ?? 1) - 1;
    return true;
  }

  private grow(partition: number, table: Uint32Array): Uint32Array {
    const larger = new Uint32Array(table.length * 2);
    for (let at = 0; at < table.length; at += 2) {
      const node = table[at] ?? 0;
      if (node !== 0) {
        place(larger, node, table[at + 1] ?? 0);
      }
    }
    this.tables[partition] = larger;
    return larger;
  }
}

/** Where a member of this hash stands in its table when nothing was in its way. */
export function firstPlace(table: Uint32Array, hash: number): number {
  return (hash << 1) & (table.length - 1);
}

/** The place to look at after `at`. */
export function nextPlace(table: Uint32Array, at: number): number {
  return (at + 2) & (table.length - 1);
}

function place(table: Uint32Array, node: number, hash: number): void {
  let at = firstPlace(table, hash);
  while (table[at] !== 0) {
    at = nextPlace(table, at);
  }
  table[at] = node;
  table[at + 1] = hash;
}

/** Moves up what a probe would no longer find past an empty place. */
function closeGap(table: Uint32Array, from: number): void {
  const mask = table.length - 1;
  let hole = from;
  for (let at = nextPlace(table, hole); table[at] !== 0; at = nextPlace(table, at)) {
    const home = firstPlace(table, table[at + 1] ?? 0);
    if (((at - home) & mask) >= ((at - hole) & mask)) {
      table[hole] = table[at] ?? 0;
      table[hole + 1] = table[at + 1] ?? 0;
      hole = at;
    }
  }
  table[hole] = 0;
}
