import type { KeyInfo } from '../model/entry';
import { KeyColumns, type KeyBatch } from '../model/keyBatch';
import { Arena } from './arena';

/** 0 is the left side, 1 the right. */
export type SideAt = 0 | 1;

/** What a key has on one side; undefined for the value's size where it has none. */
export interface PairFacts {
  /** Of its last message; 0 where there is none. */
  readonly revision: number;
  readonly size: number | undefined;
}

type OnValue = (at: number, value: Uint8Array | undefined) => void;

const firstSize = 1 << 12;
const encoder = new TextEncoder();
const noSize = -1;

/** The columns of one side. */
class SideColumns {
  revisions = new Float64Array(firstSize);
  sizes = new Float64Array(firstSize).fill(noSize);

  grow(length: number): void {
    const [revisions, sizes] = [this.revisions, this.sizes];
    this.revisions = new Float64Array(length);
    this.revisions.set(revisions);
    this.sizes = new Float64Array(length).fill(noSize);
    this.sizes.set(sizes);
  }
}

/**
 * Owns the keys of two sides, each key once, with what each side has of it; changes only through `add`
 * and `tell`. Keys are bytes in one array and facts are columns: no string and no object for a key.
 */
export class PairTable {
  private readonly arena = new Arena();
  private readonly sides = [new SideColumns(), new SideColumns()] as const;
  /** Places and hashes of keys in turns; a place is one more than its number, 0 for none. */
  private slots = new Uint32Array(2 * firstSize);
  private held = 0;

  get count(): number {
    return this.held;
  }

  /**
   * Takes a batch of a listing. `skip`: bytes of the prefix that the keys of this side are without.
   * `onValue`: told of each message with the number of its key, and its value as far as that came along.
   */
  add(side: SideAt, batch: KeyBatch, skip: number, onValue?: OnValue): void {
    if (!(batch instanceof KeyColumns)) {
      let next = 0;
      batch.forEach((info) => {
        const at = this.tell(side, info, skip);
        onValue?.(at, batch.valueAt?.(next++));
      });
      return;
    }
    const { bytes, ends, revisions, sizes, length, isAllPut } = batch;
    let start = 0;
    for (let at = 0; at < length; at++) {
      const end = ends[at] ?? 0;
      const isPut = isAllPut || batch.at(at)?.operation === 'PUT';
      const size = isPut ? (sizes[at] ?? 0) : noSize;
      const place = this.place(bytes, start + skip, end);
      this.set(side, place, revisions[at] ?? 0, size);
      onValue?.(place, batch.valueAt(at));
      start = end;
    }
  }

  /** Takes one message. Returns the number of its key; a message that is older than known changes nothing. */
  tell(side: SideAt, { key, revision, operation, size }: KeyInfo, skip: number): number {
    const bytes = encoder.encode(key);
    const at = this.place(bytes, skip, bytes.length);
    this.set(side, at, revision, operation === 'PUT' ? size : noSize);
    return at;
  }

  /** The number of a key; undefined where neither side has told of it. */
  find(key: string): number | undefined {
    const bytes = encoder.encode(key);
    const slot = this.slotOf(bytes, 0, bytes.length, hashOf(bytes, 0, bytes.length));
    const place = this.slots[slot] ?? 0;
    return place === 0 ? undefined : place - 1;
  }

  keyAt(at: number): string {
    return this.arena.textAt(at);
  }

  sizeAt(side: SideAt, at: number): number {
    return this.sides[side].sizes[at] ?? noSize;
  }

  hasAt(side: SideAt, at: number): boolean {
    return (this.sides[side].sizes[at] ?? noSize) >= 0;
  }

  revisionAt(side: SideAt, at: number): number {
    return this.sides[side].revisions[at] ?? 0;
  }

  factsAt(side: SideAt, at: number): PairFacts {
    const size = this.sizeAt(side, at);
    return { revision: this.revisionAt(side, at), size: size < 0 ? undefined : size };
  }

  /** A listing that began anew tells keys again; a message that is older than known is none. */
  private set(side: SideAt, at: number, revision: number, size: number): void {
    const columns = this.sides[side];
    if (revision >= (columns.revisions[at] ?? 0)) {
      columns.revisions[at] = revision;
      columns.sizes[at] = size;
    }
  }

  private place(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    const slot = this.slotOf(bytes, start, end, hash);
    const place = this.slots[slot] ?? 0;
    if (place !== 0) {
      return place - 1;
    }
    const at = this.held++;
    this.arena.push(bytes, start, end);
    this.slots[slot] = at + 1;
    this.slots[slot + 1] = hash;
    if (this.held * 3 > this.slots.length) {
      this.growSlots();
    }
    if (this.held > this.sides[0].sizes.length) {
      this.sides.forEach((side) => side.grow(2 * side.sizes.length));
    }
    return at;
  }

  /** Where a key is, or where it belongs. */
  private slotOf(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const { slots, arena } = this;
    const mask = slots.length - 1;
    let slot = (hash << 1) & mask;
    for (;;) {
      const place = slots[slot] ?? 0;
      if (place === 0 || (slots[slot + 1] === hash && arena.equals(place - 1, bytes, start, end))) {
        return slot;
      }
      slot = (slot + 2) & mask;
    }
  }

  private growSlots(): void {
    const old = this.slots;
    const slots = (this.slots = new Uint32Array(old.length * 2));
    const mask = slots.length - 1;
    for (let from = 0; from < old.length; from += 2) {
      const place = old[from] ?? 0;
      if (place !== 0) {
        const hash = old[from + 1] ?? 0;
        let slot = (hash << 1) & mask;
        while (slots[slot] !== 0) {
          slot = (slot + 2) & mask;
        }
        slots[slot] = place;
        slots[slot + 1] = hash;
      }
    }
  }
}

/** FNV-1a, its upper bits mixed into the lower ones that choose the slot. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) {
    hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  }
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x85ebca6b) >>> 0;
}
