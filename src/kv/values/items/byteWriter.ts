/** Owns bytes that grow; changes only by writing. Numbers are big-endian. */
export class ByteWriter {
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  private used = 0;

  /** A copy of what was written. */
  result(): Uint8Array {
    return this.bytes.slice(0, this.used);
  }

  byte(value: number): void {
    this.view.setUint8(this.reserve(1), value);
  }

  /** The low bytes of an integer; also of a negative one, in two's complement. */
  integer(value: bigint, width: number): void {
    const at = this.reserve(width);
    switch (width) {
      case 1:
        return this.view.setUint8(at, Number(BigInt.asUintN(8, value)));
      case 2:
        return this.view.setUint16(at, Number(BigInt.asUintN(16, value)));
      case 4:
        return this.view.setUint32(at, Number(BigInt.asUintN(32, value)));
      case 8:
        return this.view.setBigUint64(at, BigInt.asUintN(64, value));
    }
  }

  float(value: number, width: 4 | 8): void {
    const at = this.reserve(width);
    return width === 4 ? this.view.setFloat32(at, value) : this.view.setFloat64(at, value);
  }

  write(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.reserve(bytes.byteLength));
  }

  private reserve(length: number): number {
    const at = this.used;
    this.used += length;
    if (this.used > this.bytes.byteLength) {
      const larger = new Uint8Array(Math.max(this.used, 2 * this.bytes.byteLength));
      larger.set(this.bytes);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    return at;
  }
}

/** The bytes that `write` writes. */
export function written(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  write(writer);
  return writer.result();
}
