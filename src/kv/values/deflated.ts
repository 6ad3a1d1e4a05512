import { crc32, deflateRawSync, deflateSync, inflateRawSync, inflateSync } from 'node:zlib';

/** What came out of compressed bytes; `tooLarge`: it was given up at the limit. */
export type Inflated =
  | { readonly kind: 'inflated'; readonly bytes: Uint8Array }
  | { readonly kind: 'tooLarge' }
  | undefined;

const flag = { headerCheck: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;

/**
 * The content of a gzip file (RFC 1952) of one member and nothing after it; undefined for anything
 * else. No more than `limit` bytes are made.
 */
export function fromGzip(bytes: Uint8Array, limit: number): Inflated {
  const start = gzipHeaderLength(bytes);
  if (start === undefined || bytes.byteLength < start + 8) {
    return undefined;
  }
  const end = bytes.byteLength - 8;
  const inflated = inflate(inflateRawSync, bytes.subarray(start, end), limit);
  if (inflated?.kind !== 'inflated') {
    return inflated;
  }
  const trailer = Buffer.from(bytes.buffer, bytes.byteOffset + end, 8);
  const isIntact =
    trailer.readUInt32LE(0) === crc32(inflated.bytes) &&
    trailer.readUInt32LE(4) === inflated.bytes.byteLength % 2 ** 32;
  return isIntact ? inflated : undefined;
}

/** A gzip file of other content with the header of a known one: its name, time, level and flags. */
export function toGzip(content: Uint8Array, like: Uint8Array): Uint8Array {
  const header = like.subarray(0, gzipHeaderLength(like));
  // The byte for extra flags says 2 for the best compression and 4 for the fastest.
  const level = like[8] === 2 ? 9 : like[8] === 4 ? 1 : 6;
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.byteLength % 2 ** 32, 4);
  return Buffer.concat([header, deflateRawSync(content, { level }), trailer]);
}

function gzipHeaderLength(bytes: Uint8Array): number | undefined {
  const flags = bytes[3] ?? flag.reserved;
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8 || flags & flag.reserved) {
    return undefined;
  }
  let length = 10;
  if (flags & flag.extra) {
    length += 2 + (bytes[10] ?? 0) + 256 * (bytes[11] ?? 0);
  }
  for (const text of [flag.name, flag.comment]) {
    length = flags & text ? bytes.indexOf(0, length) + 1 : length;
    if (length === 0) {
      return undefined;
    }
  }
  return length + (flags & flag.headerCheck ? 2 : 0);
}

/** The content of a zlib stream (RFC 1950) without a dictionary, with nothing after it. */
export function fromZlib(bytes: Uint8Array, limit: number): Inflated {
  const [method = 0, flags = 0] = bytes;
  const isZlib = (method & 15) === 8 && method >> 4 <= 7 && (256 * method + flags) % 31 === 0;
  return isZlib && !(flags & 32) ? inflate(inflateSync, bytes, limit) : undefined;
}

/** A zlib stream of other content, compressed about as much as a known one. */
export function toZlib(content: Uint8Array, like: Uint8Array): Uint8Array {
  const level = [1, 5, 6, 9][(like[1] ?? 0) >> 6] ?? 6;
  const windowBits = Math.max(((like[0] ?? 0) >> 4) + 8, 9);
  return deflateSync(content, { level, windowBits });
}

interface WithInfo {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

function inflate(
  run: (bytes: Uint8Array, options: { maxOutputLength: number; info: boolean }) => Uint8Array,
  bytes: Uint8Array,
  limit: number,
): Inflated {
  try {
    // With `info` the result is another than the types say.
    const result: unknown = run(bytes, { maxOutputLength: limit, info: true });
    const { buffer, engine } = result as WithInfo;
    return engine.bytesWritten === bytes.byteLength
      ? { kind: 'inflated', bytes: buffer }
      : undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      return { kind: 'tooLarge' };
    }
    if (typeof code === 'string' && code.startsWith('Z_')) {
      return undefined;
    }
    throw error;
  }
}
