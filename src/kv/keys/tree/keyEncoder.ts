import type { Paths } from './paths';

const encoder = new TextEncoder();

/** Owns keys in UTF-8, one right after the other; changes only through `clear` and `add`. */
export class KeyEncoder implements Paths {
  private count = 0;
  bytes = new Uint8Array(1024);
  ends = new Uint32Array(64);

  get length(): number {
    return this.count;
  }

  /** Where the last key ends. */
  get end(): number {
    return this.count === 0 ? 0 : (this.ends[this.count - 1] ?? 0);
  }

  clear(): void {
    this.count = 0;
  }

  add(key: string): void {
    const from = this.end;
    if (from + key.length * 3 > this.bytes.length) {
      this.bytes = enlarged(this.bytes, new Uint8Array(2 * (from + key.length * 3)));
    }
    if (this.count === this.ends.length) {
      this.ends = enlarged(this.ends, new Uint32Array(2 * this.ends.length));
    }
    this.ends[this.count++] = from + this.encode(key, from);
  }

  /** Writes ASCII itself, which is faster for what is as short as a key. */
  private encode(key: string, from: number): number {
    for (let at = 0; at < key.length; at++) {
      const code = key.charCodeAt(at);
      if (code > 0x7f) {
        return encoder.encodeInto(key, this.bytes.subarray(from)).written;
      }
      this.bytes[from + at] = code;
    }
    return key.length;
  }
}

function enlarged<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
