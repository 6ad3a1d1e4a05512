const firstBytes = 1 << 16;
const firstItems = 1 << 12;

/** Owns byte strings, one right after the other; changes only through `push`. */
export class Arena {
  private bytes = new Uint8Array(firstBytes);
  private ends = new Float64Array(firstItems);
  private count = 0;
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  push(source: Uint8Array, start: number, end: number): void {
    const from = this.startOf(this.count);
    const to = from + (end - start);
    if (to > this.bytes.length) {
      const larger = new Uint8Array(Math.max(to, this.bytes.length * 2));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    if (this.count === this.ends.length) {
      const more = new Float64Array(this.ends.length * 2);
      more.set(this.ends);
      this.ends = more;
    }
    for (let at = 0; at < end - start; at++) {
      this.bytes[from + at] = source[start + at] ?? 0;
    }
    this.ends[this.count++] = to;
  }

  equals(at: number, other: Uint8Array, start: number, end: number): boolean {
    const from = this.startOf(at);
    const length = (this.ends[at] ?? 0) - from;
    if (length !== end - start) {
      return false;
    }
    const { bytes } = this;
    for (let each = 0; each < length; each++) {
      if (bytes[from + each] !== other[start + each]) {
        return false;
      }
    }
    return true;
  }

  textAt(at: number): string {
    return this.decoder.decode(this.bytes.subarray(this.startOf(at), this.ends[at]));
  }

  private startOf(at: number): number {
    return at === 0 ? 0 : (this.ends[at - 1] ?? 0);
  }
}
