/**
 * Owns a text that is made of millions of short pieces; changes only through `append`. Copies code
 * units: to slice and join as many strings takes several times as long, most of it to free them.
 */
export class TextBuilder {
  private units: Uint16Array<ArrayBuffer>;
  private used = 0;

  constructor(expectedLength: number) {
    this.units = new Uint16Array(expectedLength + 64);
  }

  get length(): number {
    return this.used;
  }

  append(text: string, start = 0, end = text.length): void {
    let at = this.used;
    this.used += end - start;
    if (this.used > this.units.length) {
      const larger = new Uint16Array(2 * this.used);
      larger.set(this.units);
      this.units = larger;
    }
    const { units } = this;
    for (let i = start; i < end; i++) {
      units[at++] = text.charCodeAt(i);
    }
  }

  toString(): string {
    return Buffer.from(this.units.buffer, 0, 2 * this.used).toString('utf16le');
  }
}
