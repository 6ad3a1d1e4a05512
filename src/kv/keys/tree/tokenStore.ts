const unit = 8;
const unitsPerChunkBits = 13;
const unitsPerChunk = 1 << unitsPerChunkBits;
const chunkBytes = unitsPerChunk * unit;
const headerBytes = 2;

/** Beside a token's length: whether all of it is visible ASCII. */
const plainBit = 0x80;

/** The longest token in bytes, far above the longest subject that a server takes. */
export const longestToken = 0x7fff;

/**
 * Owns the bytes of tokens in chunks of 64 KiB; changes only through `add` and `free`. A reference
 * is the slot's place in units of 8 bytes; what is freed is used again by tokens of the same length.
 */
export class TokenStore {
  private readonly chunks: Uint8Array[] = [];
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** Freed slots by their length in units. */
  private readonly freed = new Map<number, number[]>();
  private nextUnit = unitsPerChunk;

  /** Keeps the bytes from `start` to `end`. Throws when they are longer than `longestToken`. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (length > longestToken) {
      throw new RangeError(`a token of ${length} bytes is longer than any subject`);
    }
    const reference = this.allocate(unitsFor(length));
    const chunk = this.chunkOf(reference);
    const at = placeOf(reference);
    let isPlain = true;
    for (let i = 0; i < length; i++) {
      const byte = bytes[start + i] ?? 0;
      chunk[at + headerBytes + i] = byte;
      isPlain &&= byte > 0x20 && byte < 0x7f;
    }
    chunk[at] = length & 0xff;
    chunk[at + 1] = (length >>> 8) | (isPlain ? plainBit : 0);
    return reference;
  }

  free(reference: number): void {
    const units = unitsFor(lengthAt(this.chunkOf(reference), placeOf(reference)));
    const slots = this.freed.get(units);
    if (slots) {
      slots.push(reference);
    } else {
      this.freed.set(units, [reference]);
    }
  }

  equals(reference: number, bytes: Uint8Array, start: number, end: number): boolean {
    const chunk = this.chunkOf(reference);
    let at = placeOf(reference);
    if (lengthAt(chunk, at) !== end - start) {
      return false;
    }
    at += headerBytes;
    for (let i = start; i < end; i++, at++) {
      if (chunk[at] !== bytes[i]) {
        return false;
      }
    }
    return true;
  }

  hash(reference: number, seed: number): number {
    const chunk = this.chunkOf(reference);
    const at = placeOf(reference);
    const start = at + headerBytes;
    const end = start + lengthAt(chunk, at);
    let hash = beginHash(seed);
    for (let i = start; i < end; i++) {
      hash = mixHash(hash, chunk[i] ?? 0);
    }
    return endHash(hash);
  }

  text(reference: number): string {
    const start = this.startOf(reference);
    const end = start + this.lengthOf(reference);
    return this.decoder.decode(this.chunkOf(reference).subarray(start, end));
  }

  /** The bytes among which those of a token are: not to be changed, and void once it is freed. */
  chunkOf(reference: number): Uint8Array {
    const chunk = this.chunks[reference >>> unitsPerChunkBits];
    if (!chunk) {
      throw new RangeError(`there is no token at ${reference}`);
    }
    return chunk;
  }

  /** Whether all bytes of a token are visible ASCII. */
  isPlain(reference: number): boolean {
    const header = this.chunkOf(reference)[placeOf(reference) + 1] ?? 0;
    return (header & plainBit) !== 0;
  }

  /** Where a token begins in its chunk. */
  startOf(reference: number): number {
    return placeOf(reference) + headerBytes;
  }

  lengthOf(reference: number): number {
    return lengthAt(this.chunkOf(reference), placeOf(reference));
  }

  private allocate(units: number): number {
    const reused = this.freed.get(units)?.pop();
    if (reused !== undefined) {
      return reused;
    }
    if (this.nextUnit + units > unitsPerChunk) {
      this.chunks.push(new Uint8Array(chunkBytes));
      this.nextUnit = 0;
    }
    const reference = (this.chunks.length - 1) * unitsPerChunk + this.nextUnit;
    this.nextUnit += units;
    return reference;
  }
}

function placeOf(reference: number): number {
  return (reference & (unitsPerChunk - 1)) * unit;
}

function lengthAt(chunk: Uint8Array, at: number): number {
  return (chunk[at] ?? 0) + (((chunk[at + 1] ?? 0) & ~plainBit) << 8);
}

function unitsFor(length: number): number {
  return Math.ceil((length + headerBytes) / unit);
}

/** The hash of a token: FNV-1a over its bytes, begun with a seed and stirred at the end. */
export function beginHash(seed: number): number {
  return Math.imul(seed ^ 0x811c9dc5, 0x9e3779b1);
}

export function mixHash(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

/** Returns an unsigned 32-bit number. */
export function endHash(hash: number): number {
  const stirred = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (stirred ^ (stirred >>> 13)) >>> 0;
}
