import { sameBytes } from '../base/bytes';
import { textOf } from './textForm';
import { fromBase64, toBase64, type Base64Style } from './base64';
import { fromGzip, fromZlib, toGzip, toZlib, type Inflated } from './deflated';
import type { Encoded, EncodedBytes } from './encoded';
import { imageTypeOf } from './imageTypeOf';
import { itemEncodingLike, itemEncodingOf, itemsFromJson, type ItemEncoding } from './itemEncoding';
import { scanJson } from './scanJson';
import type { CodecEncoding, Undecodable, ValueCodec } from './valueCodec';

/** One encoding around a value. */
export type ValueEncoding =
  | (EncodedBytes & { readonly kind: 'base64'; readonly style: Base64Style })
  | (EncodedBytes & { readonly kind: 'gzip' | 'zlib' })
  | ItemEncoding
  | CodecEncoding;

/** What is inside of all encodings, which are listed from the outermost. */
export interface Decoded {
  readonly encodings: readonly ValueEncoding[];
  readonly inner: Uint8Array;
  /** Something compressed was left as it is, for it would be larger than the limit. */
  readonly tooLarge: boolean;
  /** Why the codec that the value is known to have did not fit, if so; a clause. */
  readonly undecodable?: string | undefined;
  /** Why the value can only be looked at, where that is not for its encodings; a clause. */
  readonly viewOnly?: string | undefined;
}

export interface DecodeOptions {
  /** The most bytes that all encodings together may make. */
  readonly limit?: number;
  /**
   * The user asks for it: whatever can be decoded is, and not only what can hardly be anything else.
   */
  readonly asked?: boolean;
  /** What the value is known to be encoded with, within compression. */
  readonly codec?: ValueCodec | undefined;
}

const defaultLimit = 64 * 1024 * 1024;

/** More are not looked for: nobody wraps a value so often. */
const mostEncodings = 4;

/** Base64 of less is as likely a word. */
const leastRecognised = 8;

/**
 * Takes off the encodings around a value: base64, gzip, zlib, CBOR, MessagePack. Without being
 * `asked`, only what can hardly be anything else: compressed data with the right checksum, base64 of
 * JSON, XML, PEM, an image or compressed data, maps with texts as keys. A word such as `test` stays.
 * What a `codec` decodes is decoded by it, and nothing is guessed of it.
 */
export function decodeAll(bytes: Uint8Array, options: DecodeOptions = {}): Decoded {
  const encodings: ValueEncoding[] = [];
  const { codec, asked = false, limit = defaultLimit } = options;
  let left = limit;
  let inner = bytes;
  let failed: Undecodable | undefined;
  let tooLarge = false;
  for (let isDone = false; encodings.length < mostEncodings && !isDone;) {
    const compression = compressionOf(inner, left);
    const known = compression ? undefined : codec?.open(inner);
    failed = known?.kind === 'undecodable' ? known : undefined;
    const encoding = compression ?? (known?.kind === 'codec' ? known : encodingOf(inner, asked));
    tooLarge = encoding === 'tooLarge';
    if (encoding === undefined || encoding === 'tooLarge') {
      break;
    }
    encodings.push(encoding);
    inner = encoding.inner;
    left -= inner.byteLength;
    isDone = 'item' in encoding || 'codec' in encoding;
  }
  const viewOnly = failed?.isViewOnly ? failed.reason : undefined;
  return { encodings, inner, tooLarge, undecodable: failed?.reason, viewOnly };
}

/** Puts the encodings around a value again. One whose content did not change is as it was stored. */
export function encodeAll(inner: Uint8Array, encodings: readonly ValueEncoding[]): Encoded {
  let bytes = inner;
  for (const encoding of encodings.toReversed()) {
    const encoded: Encoded = sameBytes(bytes, encoding.inner)
      ? { kind: 'value', bytes: encoding.outer }
      : encode(bytes, encoding);
    if (encoded.kind !== 'value') {
      return encoded;
    }
    bytes = encoded.bytes;
  }
  return { kind: 'value', bytes };
}

/**
 * The same encodings around other bytes, which were made by `encodeAll`; undefined when those have
 * others. Recognises nothing: what is short or has become simple does not look encoded any more.
 */
export function decodeAllLike(
  bytes: Uint8Array,
  like: readonly ValueEncoding[],
): Decoded | undefined {
  const encodings: ValueEncoding[] = [];
  let outer = bytes;
  for (const encoding of like) {
    const decoded = decodeLike(outer, encoding);
    if (!decoded) {
      return undefined;
    }
    encodings.push(decoded);
    outer = decoded.inner;
  }
  return { encodings, inner: outer, tooLarge: false };
}

function decodeLike(outer: Uint8Array, like: ValueEncoding): ValueEncoding | undefined {
  switch (like.kind) {
    case 'base64': {
      const inner = fromBase64(Buffer.from(outer).toString('latin1'))?.bytes;
      return inner && { ...like, outer, inner };
    }
    case 'gzip':
    case 'zlib': {
      const inflate = like.kind === 'gzip' ? fromGzip : fromZlib;
      const inflated = inflate(outer, defaultLimit);
      return inflated?.kind === 'inflated' ? { ...like, outer, inner: inflated.bytes } : undefined;
    }
    case 'cbor':
    case 'messagePack':
      return itemEncodingLike(outer, like);
    case 'codec': {
      const decoded = like.codec.open(outer);
      return decoded.kind === 'codec' ? decoded : undefined;
    }
  }
}

function encode(bytes: Uint8Array, encoding: ValueEncoding): Encoded {
  switch (encoding.kind) {
    case 'base64':
      return { kind: 'value', bytes: Buffer.from(toBase64(bytes, encoding.style)) };
    case 'gzip':
      return { kind: 'value', bytes: toGzip(bytes, encoding.outer) };
    case 'zlib':
      return { kind: 'value', bytes: toZlib(bytes, encoding.outer) };
    case 'cbor':
    case 'messagePack':
      return itemsFromJson(bytes, encoding);
    case 'codec':
      return encoding.codec.close(bytes, encoding);
  }
}

function compressionOf(bytes: Uint8Array, limit: number): ValueEncoding | 'tooLarge' | undefined {
  return (
    compressed('gzip', bytes, fromGzip(bytes, limit)) ??
    compressed('zlib', bytes, fromZlib(bytes, limit))
  );
}

function encodingOf(bytes: Uint8Array, asked: boolean): ValueEncoding | undefined {
  const text = textOf(bytes);
  return text === undefined ? itemEncodingOf(bytes, asked) : base64EncodingOf(bytes, asked);
}

function compressed(
  kind: 'gzip' | 'zlib',
  outer: Uint8Array,
  inflated: Inflated,
): ValueEncoding | 'tooLarge' | undefined {
  return inflated?.kind === 'inflated' ? { kind, outer, inner: inflated.bytes } : inflated?.kind;
}

function base64EncodingOf(outer: Uint8Array, asked: boolean): ValueEncoding | undefined {
  const found = fromBase64(Buffer.from(outer).toString('latin1'));
  if (!found || !(asked || isRecognised(found.bytes))) {
    return undefined;
  }
  return { kind: 'base64', outer, inner: found.bytes, style: found.style };
}

function isRecognised(bytes: Uint8Array): boolean {
  if (bytes.byteLength < leastRecognised) {
    return false;
  }
  if (fromGzip(bytes, defaultLimit) ?? fromZlib(bytes, defaultLimit) ?? imageTypeOf(bytes)) {
    return true;
  }
  const text = textOf(bytes);
  if (text === undefined) {
    return false;
  }
  return /^(<\?xml\s|-----BEGIN )/.test(text) || (/^\s*[[{]/.test(text) && isJson(text));
}

function isJson(text: string): boolean {
  return scanJson(text).kind === 'json';
}
