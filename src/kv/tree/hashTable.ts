const partitionBits = 8;
const firstSize = 8;

/**
 * Owns a set of node numbers (above 0) that are found by a 32-bit hash; changes only through `add`
 * and `remove`. It is 256 small tables, each of which grows by itself, so that no growth takes long.
 */
export class HashTable {
  private readonly tables: Uint32Array[] = [];
  private readonly used: number[] = [];

  /** `hashOf` gives a member's hash again; it is asked when tables grow and members are removed. */
  constructor(private readonly hashOf: (node: number) => number) {
    for (let at = 0; at < 1 << partitionBits; at++) {
      this.tables.push(new Uint32Array(firstSize));
      this.used.push(0);
    }
  }

  /**
   * The table in which members of this hash are: probe from `hash & (length - 1)` upwards, round the
   * end, until a 0. Given out, and not searched by a callback, because it is the hottest place.
   */
  table(hash: number): Uint32Array {
    return this.tables[hash >>> (32 - partitionBits)] ?? new Uint32Array(1);
  }

  add(node: number, hash: number): void {
    const partition = hash >>> (32 - partitionBits);
    const count = (this.used[partition] ?? 0) + 1;
    this.used[partition] = count;
    let table = this.table(hash);
    if (count * 4 > table.length * 3) {
      table = this.grow(partition, table);
    }
    place(table, node, hash);
  }

  remove(node: number, hash: number): void {
    const table = this.table(hash);
    const mask = table.length - 1;
    let hole = hash & mask;
    while (table[hole] !== node) {
      if (table[hole] === 0) {
        return;
      }
      hole = (hole + 1) & mask;
    }
    this.closeGap(table, hole, mask);
    const partition = hash >>> (32 - partitionBits);
    this.used[partition] = (this.used[partition] ?? 1) - 1;
  }

  /** Moves up what a probe would no longer find past an empty place. */
  private closeGap(table: Uint32Array, from: number, mask: number): void {
    let hole = from;
    for (let at = (hole + 1) & mask; ; at = (at + 1) & mask) {
      const node = table[at] ?? 0;
      if (node === 0) {
        break;
      }
      const home = this.hashOf(node) & mask;
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        table[hole] = node;
        hole = at;
      }
    }
    table[hole] = 0;
  }

  private grow(partition: number, table: Uint32Array): Uint32Array {
    const larger = new Uint32Array(table.length * 2);
    for (const node of table) {
      if (node !== 0) {
        place(larger, node, this.hashOf(node));
      }
    }
    this.tables[partition] = larger;
    return larger;
  }
}

function place(table: Uint32Array, node: number, hash: number): void {
  const mask = table.length - 1;
  let at = hash & mask;
  while (table[at] !== 0) {
    at = (at + 1) & mask;
  }
  table[at] = node;
}
