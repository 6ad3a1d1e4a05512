import { randomInt } from 'node:crypto';

const shardCount = 64;
const firstSlots = 64;
const fullest = 0.8;
const growth = 1.5;

/** A part of a table. `revisions` are 0 in a slot that is free. */
interface Shard {
  readonly his: Uint32Array;
  readonly los: Uint32Array;
  readonly revisions: Float64Array;
  readonly marks: Uint8Array;
  used: number;
}

/**
 * Owns a revision and a few marks for each of many keys, in about 25 bytes a key: a million of them
 * are no million strings. Changes only through `set`. Keys are told apart by 64 bits of a hash with a seed
 * of its own: two of ten million are mistaken once in a few hundred thousand tables, and a
 * compare-and-swap from the revision of another key is refused.
 */
export class KeyTable {
  private readonly shards: Shard[];
  private readonly seed = randomInt(2 ** 32);
  private hi = 0;
  private lo = 0;

  /** `expected`: about how many keys there will be. */
  constructor(expected = 0) {
    const slots = Math.max(firstSlots, Math.ceil(expected / shardCount / fullest) + 16);
    this.shards = Array.from({ length: shardCount }, () => newShard(slots));
  }

  get count(): number {
    return this.shards.reduce((sum, { used }) => sum + used, 0);
  }

  has(key: string): boolean {
    const shard = this.shardOf(key);
    return shard.used > 0 && this.isUsed(shard, this.slotIn(shard));
  }

  /** The revision of a key; 0 when it has none or is not there. */
  revisionOf(key: string): number {
    const shard = this.shardOf(key);
    const slot = this.slotIn(shard);
    return this.isUsed(shard, slot) ? (shard.revisions[slot] ?? 0) : 0;
  }

  /** The marks of a key, of which 7 bits are free to use; 0 when it is not there. */
  marksOf(key: string): number {
    const shard = this.shardOf(key);
    const slot = this.slotIn(shard);
    return this.isUsed(shard, slot) ? (shard.marks[slot] ?? 0) & ~usedMark : 0;
  }

  set(key: string, revision: number, marks: number): void {
    let shard = this.shardOf(key);
    if (shard.used + 1 > shard.his.length * fullest) {
      shard = this.grow(shard);
    }
    const slot = this.slotIn(shard);
    if (!this.isUsed(shard, slot)) {
      shard.used++;
    }
    shard.his[slot] = this.hi;
    shard.los[slot] = this.lo;
    shard.revisions[slot] = revision;
    shard.marks[slot] = marks | usedMark;
  }

  private shardOf(key: string): Shard {
    let [a, b] = [0xdeadbeef ^ this.seed, 0x41c6ce57 ^ this.seed];
    for (let at = 0; at < key.length; at++) {
      const code = key.charCodeAt(at);
      a = Math.imul(a ^ code, 0x9e3779b1);
      b = Math.imul(b ^ code, 0x5f356495);
      a = (a << 13) | (a >>> 19);
      b = (b << 17) | (b >>> 15);
    }
    a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
    b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
    this.hi = (a ^ (a >>> 16)) >>> 0;
    this.lo = (b ^ (b >>> 15)) >>> 0;
    return this.shards[this.hi % shardCount] as Shard;
  }

  /** The slot of the key that was hashed last, or the free one that it would have. */
  private slotIn(shard: Shard, hi = this.hi, lo = this.lo): number {
    const { his, los, marks } = shard;
    const { length } = his;
    let slot = lo % length;
    while ((marks[slot] ?? 0) & usedMark && !(his[slot] === hi && los[slot] === lo)) {
      slot = slot + 1 === length ? 0 : slot + 1;
    }
    return slot;
  }

  private isUsed({ marks }: Shard, slot: number): boolean {
    return ((marks[slot] ?? 0) & usedMark) !== 0;
  }

  private grow(shard: Shard): Shard {
    const larger = newShard(Math.ceil(shard.his.length * growth));
    for (let at = 0; at < shard.his.length; at++) {
      if (this.isUsed(shard, at)) {
        const [hi, lo] = [shard.his[at] ?? 0, shard.los[at] ?? 0];
        const slot = this.slotIn(larger, hi, lo);
        larger.his[slot] = hi;
        larger.los[slot] = lo;
        larger.revisions[slot] = shard.revisions[at] ?? 0;
        larger.marks[slot] = shard.marks[at] ?? 0;
      }
    }
    larger.used = shard.used;
    this.shards[this.hi % shardCount] = larger;
    return larger;
  }
}

/** Tells a slot that is used. */
const usedMark = 0x80;

function newShard(slots: number): Shard {
  return {
    his: new Uint32Array(slots),
    los: new Uint32Array(slots),
    revisions: new Float64Array(slots),
    marks: new Uint8Array(slots),
    used: 0,
  };
}
