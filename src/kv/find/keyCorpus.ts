import { lettersOf } from './letters';

/** Keys of one bucket that are searched together; `units` are their UTF-16 units, one after the other. */
export interface KeyBlock {
  /** The number that the keys were added with: which bucket they are of. */
  readonly source: number;
  readonly count: number;
  readonly units: Uint8Array | Uint16Array;
  /** Where each key ends in `units`; it starts where the one before it ends. */
  readonly ends: Uint32Array;
  /** The letters in each key (see `lettersOf`): most keys are passed over by these alone. */
  readonly letters: Uint32Array;
}

/** Keys of a block at most; a key's id is its block's number times this plus its place there. */
export const blockSize = 4_096;

/**
 * Owns the keys that can be searched, of any number of buckets, compactly: 8 bytes a key above its
 * length (twice its length where it has letters beyond Latin-1). Only grows.
 */
export class KeyCorpus {
  private readonly all: KeyBlock[] = [];
  private keys = 0;

  get size(): number {
    return this.keys;
  }

  get blocks(): readonly KeyBlock[] {
    return this.all;
  }

  /** Adds at most `blockSize` keys as one block. */
  add(source: number, keys: readonly string[]): void {
    if (keys.length > blockSize) {
      throw new RangeError(`${keys.length} keys are more than a block holds`);
    }
    if (keys.length > 0) {
      this.all.push(toBlock(source, keys));
      this.keys += keys.length;
    }
  }

  sourceOf(id: number): number {
    return this.blockOf(id).source;
  }

  key(id: number): string {
    const { units, ends } = this.blockOf(id);
    const at = id % blockSize;
    const start = at === 0 ? 0 : (ends[at - 1] ?? 0);
    return String.fromCharCode(...units.subarray(start, ends[at]));
  }

  private blockOf(id: number): KeyBlock {
    const block = this.all[Math.floor(id / blockSize)];
    if (!block) {
      throw new RangeError(`there is no key ${id}`);
    }
    return block;
  }
}

function toBlock(source: number, keys: readonly string[]): KeyBlock {
  const text = keys.join('');
  const count = keys.length;
  const units = toUnits(text);
  const ends = new Uint32Array(count);
  const letters = new Uint32Array(count);
  let start = 0;
  for (let at = 0; at < count; at++) {
    const end = start + (keys[at]?.length ?? 0);
    ends[at] = end;
    letters[at] = lettersOf(units, start, end);
    start = end;
  }
  return { source, count, units, ends, letters };
}

function toUnits(text: string): Uint8Array | Uint16Array {
  const narrow = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0xff) {
      return Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    }
    narrow[at] = unit;
  }
  return narrow;
}
