const chunkBits = 12;
const chunkMask = (1 << chunkBits) - 1;

/** Owns a list of ids, 4 bytes each, in chunks, so that growing never copies. Only grows. */
export class IdList {
  private readonly chunks: Uint32Array[] = [];
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(id: number): void {
    const at = this.count++;
    const chunk = (this.chunks[at >>> chunkBits] ??= new Uint32Array(chunkMask + 1));
    chunk[at & chunkMask] = id;
  }

  /** 0 beyond the end. */
  get(at: number): number {
    return this.chunks[at >>> chunkBits]?.[at & chunkMask] ?? 0;
  }
}
