import type { KeyInfo, Operation, Ttl } from './entry';
import { isText, textOfKey } from './keyText';

/** Messages of keys as a listing tells them: an array, or `KeyColumns`. */
export interface KeyBatch extends Iterable<KeyInfo> {
  readonly length: number;
  at(at: number): KeyInfo | undefined;
  forEach(take: (info: KeyInfo) => void): void;
  /**
   * The value of a message where values were asked for, good until the next batch is taken; undefined for
   * one that came without.
   */
  valueAt?(at: number): Uint8Array | undefined;
}

const operations: readonly Operation[] = ['PUT', 'DEL', 'PURGE', 'EXPIRED'];
const bytesPerKey = 32;
const encoder = new TextEncoder();

/**
 * A batch in columns, of numbers and of bytes: with a string and an object for each message a
 * listing of a million keys takes a third longer. Iterating makes these objects.
 */
export class KeyColumns implements KeyBatch {
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  private readonly operations: Uint8Array;
  private count = 0;
  /** Few messages have one. */
  private ttls: Map<number, Ttl> | undefined;
  private values: (Uint8Array | undefined)[] | undefined;
  /** True while no message is a marker. */
  isAllPut = true;
  /** The keys in UTF-8, one right after the other. */
  bytes: Uint8Array;
  /** Where each key ends. */
  readonly ends: Uint32Array;
  readonly revisions: Float64Array;
  readonly createds: Float64Array;
  readonly sizes: Float64Array;

  constructor(private readonly capacity: number) {
    this.operations = new Uint8Array(capacity);
    this.bytes = new Uint8Array(capacity * bytesPerKey);
    this.ends = new Uint32Array(capacity);
    this.revisions = new Float64Array(capacity);
    this.createds = new Float64Array(capacity);
    this.sizes = new Float64Array(capacity);
  }

  get length(): number {
    return this.count;
  }

  get isFull(): boolean {
    return this.count === this.capacity;
  }

  /** Where the messages are that have a TTL of their own. */
  get withTtl(): readonly number[] {
    return this.ttls ? [...this.ttls.keys()] : [];
  }

  /** Adds a message whose key are the bytes from `start` on; they are copied, as `textOfKey` has them. */
  add(key: Uint8Array, start: number, facts: Omit<KeyInfo, 'key'>): void {
    const from = this.startOf(this.count);
    if (!this.copy(key, start, from) && !isText(key.subarray(start))) {
      this.copy(encoder.encode(textOfKey(key.subarray(start))), 0, from);
    }
    const at = this.count++;
    this.revisions[at] = facts.revision;
    this.createds[at] = facts.created;
    this.sizes[at] = facts.size;
    if (facts.operation !== 'PUT') {
      this.operations[at] = operations.indexOf(facts.operation);
      this.isAllPut = false;
    }
    if (facts.ttl !== undefined) {
      (this.ttls ??= new Map()).set(at, facts.ttl);
    }
  }

  /** Keeps the value of the message that was added last. */
  addValue(value: Uint8Array): void {
    (this.values ??= [])[this.count - 1] = value;
  }

  valueAt(at: number): Uint8Array | undefined {
    return this.values?.[at];
  }

  startOf(at: number): number {
    return at === 0 ? 0 : (this.ends[at - 1] ?? 0);
  }

  at(at: number): KeyInfo {
    return {
      key: this.decoder.decode(this.bytes.subarray(this.startOf(at), this.ends[at])),
      revision: this.revisions[at] ?? 0,
      operation: operations[this.operations[at] ?? 0] ?? 'PUT',
      created: this.createds[at] ?? 0,
      size: this.sizes[at] ?? 0,
      ...(this.ttls?.has(at) && { ttl: this.ttls.get(at) }),
    };
  }

  forEach(take: (info: KeyInfo) => void): void {
    for (const info of this) {
      take(info);
    }
  }

  *[Symbol.iterator](): Iterator<KeyInfo> {
    for (let at = 0; at < this.count; at++) {
      yield this.at(at);
    }
  }

  /** Writes a key as the next one. Tells whether all of it is ASCII. */
  private copy(key: Uint8Array, start: number, from: number): boolean {
    const length = key.length - start;
    const end = from + length;
    if (end > this.bytes.length) {
      this.grow(end);
    }
    let all = 0;
    for (let i = 0; i < length; i++) {
      const byte = key[start + i] ?? 0;
      this.bytes[from + i] = byte;
      all |= byte;
    }
    this.ends[this.count] = end;
    return all < 0x80;
  }

  private grow(least: number): void {
    const larger = new Uint8Array(Math.max(least, this.bytes.length * 2));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** The revisions of a batch, in its order. */
export function revisionsOf(batch: KeyBatch): Float64Array {
  return batch instanceof KeyColumns
    ? batch.revisions.subarray(0, batch.length)
    : Float64Array.from(batch, ({ revision }) => revision);
}

/** The highest revision in a batch; 0 when it is empty. */
export function lastRevision(batch: KeyBatch): number {
  const revisions = revisionsOf(batch);
  let last = 0;
  for (let at = 0; at < revisions.length; at++) {
    last = Math.max(last, revisions[at] ?? 0);
  }
  return last;
}
