import { createHash } from 'node:crypto';
import { KeyTable } from '../transfer/keyTable';
import type { SourceEntry } from '../transfer/source';
import { Arena } from './arena';

const marks = { known: 1, unknown: 2 } as const;
const encoder = new TextEncoder();
const firstSize = 1 << 12;
/** A longer value is told apart by its SHA-256, in bytes. */
const longest = 256;

/**
 * Owns what is known of the entries of a source without their values: the last one of each key, where it
 * stands, and by which it is told from another value; changes only through its methods. About 60 bytes
 * a key.
 */
export class SourceFacts {
  private readonly table = new KeyTable();
  private readonly places = new Arena();
  private digests = new Float64Array(firstSize);
  private count = 0;

  has(key: string): boolean {
    return this.table.has(key);
  }

  /** Takes an entry, which is the last one of its key from now on. Returns its number, from 1. */
  add(key: string, entry: SourceEntry): number {
    const place = encoder.encode(entry.place ?? '');
    this.places.push(place, 0, place.length);
    if (this.count === this.digests.length) {
      const larger = new Float64Array(2 * this.count);
      larger.set(this.digests);
      this.digests = larger;
    }
    this.digests[this.count] = digestOf(entry);
    this.table.set(key, ++this.count, marks.known);
    return this.count;
  }

  /** Notes that it is not known what a key has. */
  hide(key: string): void {
    this.table.set(key, this.table.revisionOf(key), marks.unknown);
  }

  isHidden(key: string): boolean {
    return this.table.marksOf(key) === marks.unknown;
  }

  /** The number of the last entry of a key; 0 for none. */
  numberOf(key: string): number {
    return this.table.revisionOf(key);
  }

  placeOf(number: number): string {
    return this.places.textAt(number - 1);
  }

  /** Whether an entry is the one that was added under a number. */
  isSame(number: number, entry: SourceEntry): boolean {
    return this.digests[number - 1] === digestOf(entry);
  }
}

/** 53 bits of all that a write of the entry would store. */
function digestOf({ operation, value, headers, ttl }: SourceEntry): number {
  const isPlain = operation === 'PUT' && headers.length === 0 && ttl === undefined;
  if (isPlain && value.length <= longest) {
    return mixed(value);
  }
  const hash = createHash('sha256').update(value);
  hash.update(isPlain ? '' : JSON.stringify([operation, headers, ttl]));
  return hash.digest().readUIntBE(0, 6);
}

/** Two hashes that know nothing of each other, as one number. */
function mixed(value: Uint8Array): number {
  let [a, b] = [0xdeadbeef, 0x41c6ce57 ^ value.length];
  for (let at = 0; at < value.length; at++) {
    const byte = value[at] ?? 0;
    a = Math.imul(a ^ byte, 0x9e3779b1);
    b = Math.imul(b ^ byte, 0x5f356495);
    a = (a << 13) | (a >>> 19);
    b = (b << 17) | (b >>> 15);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return ((a >>> 0) & 0x1fffff) * 2 ** 32 + (b >>> 0);
}
