import { decodeUtf8 } from '../../base/bytes';

/** Thrown while bytes are read, and caught by `readWhole`: they are something else. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** What `read` makes of bytes when it comes to their very end; undefined when they are something else. */
export function readWhole<T>(bytes: Uint8Array, read: (reader: ByteReader) => T): T | undefined {
  const reader = new ByteReader(bytes);
  try {
    const found = read(reader);
    return reader.atEnd ? found : undefined;
  } catch (error) {
    if (error instanceof Malformed) {
      return undefined;
    }
    throw error;
  }
}

/** Owns a position in bytes; changes only by reading. Numbers are big-endian. */
export class ByteReader {
  private readonly view: DataView;
  private position = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.position === this.bytes.byteLength;
  }

  byte(): number {
    return this.view.getUint8(this.advance(1));
  }

  /** An integer of 1, 2, 4 or 8 bytes. */
  unsigned(width: number): bigint {
    return BigInt.asUintN(8 * width, this.signed(width));
  }

  signed(width: number): bigint {
    const at = this.advance(width);
    switch (width) {
      case 1:
        return BigInt(this.view.getInt8(at));
      case 2:
        return BigInt(this.view.getInt16(at));
      case 4:
        return BigInt(this.view.getInt32(at));
      default:
        return this.view.getBigInt64(at);
    }
  }

  float(width: 4 | 8): number {
    const at = this.advance(width);
    return width === 4 ? this.view.getFloat32(at) : this.view.getFloat64(at);
  }

  /** The next bytes, not copied. */
  take(length: number): Uint8Array {
    const at = this.advance(length);
    return this.bytes.subarray(at, at + length);
  }

  /** The text of some bytes, or the bytes when they are not UTF-8. */
  text(length: number): string | Uint8Array {
    const bytes = this.take(length);
    return decodeUtf8(bytes) ?? bytes;
  }

  private advance(length: number): number {
    const at = this.position;
    if (at + length > this.bytes.byteLength) {
      throw new Malformed();
    }
    this.position += length;
    return at;
  }
}
