const chunkBits = 12;
const chunkSize = 1 << chunkBits;
const chunkMask = chunkSize - 1;

/**
 * Numbers by index in chunks of 4,096, so that growing never copies and never doubles: a million
 * entries cost what they hold.
 */
abstract class Growable<T extends Uint32Array | Float64Array> {
  private readonly chunks: T[] = [];

  /** The value at an index; 0 when it was never set. */
  get(index: number): number {
    return this.chunks[index >>> chunkBits]?.[index & chunkMask] ?? 0;
  }

  /** Sets the value at any index, growing where needed. */
  set(index: number, value: number): void {
    const at = index >>> chunkBits;
    while (at >= this.chunks.length) {
      this.chunks.push(this.newChunk(chunkSize));
    }
    const chunk = this.chunks[at];
    if (chunk) {
      chunk[index & chunkMask] = value;
    }
  }

  protected abstract newChunk(size: number): T;
}

/** Whole numbers from 0 to 2^32 - 1, 4 bytes each. */
export class GrowableUint32 extends Growable<Uint32Array> {
  protected newChunk(size: number): Uint32Array {
    return new Uint32Array(size);
  }
}

/** Any numbers, 8 bytes each. */
export class GrowableFloat64 extends Growable<Float64Array> {
  protected newChunk(size: number): Float64Array {
    return new Float64Array(size);
  }
}
