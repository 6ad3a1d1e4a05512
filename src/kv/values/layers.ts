import { sameBytes } from '../base/bytes';
import { textOf } from './textForm';
import { fromBase64, toBase64, type Base64Style } from './base64';
import { fromGzip, fromZlib, toGzip, toZlib, type Inflated } from './deflated';
import type { Encoded, LayerBytes } from './encoded';
import { imageTypeOf } from './imageTypeOf';
import { itemLayerLike, itemLayerOf, itemsFromJson, type ItemLayer } from './itemLayer';
import { scanJson } from './scanJson';

/** One encoding around a value. */
export type Layer =
  | (LayerBytes & { readonly kind: 'base64'; readonly style: Base64Style })
  | (LayerBytes & { readonly kind: 'gzip' | 'zlib' })
  | ItemLayer;

/** What is inside of all layers, which are listed from the outermost. */
export interface Decoded {
  readonly layers: readonly Layer[];
  readonly inner: Uint8Array;
  /** Something compressed was left as it is, for it would be larger than the limit. */
  readonly tooLarge: boolean;
}

export interface DecodeOptions {
  /** The most bytes that all layers together may make. */
  readonly limit?: number;
  /**
   * The user asks for it: whatever can be decoded is, and not only what can hardly be anything else.
   */
  readonly asked?: boolean;
}

const defaultLimit = 64 * 1024 * 1024;

/** More are not looked for: nobody wraps a value so often. */
const mostLayers = 4;

/** Base64 of less is as likely a word. */
const leastRecognised = 8;

/**
 * Takes off the encodings around a value: base64, gzip, zlib, CBOR, MessagePack. Without being
 * `asked`, only what can hardly be anything else: compressed data with the right checksum, base64 of
 * JSON, XML, PEM, an image or compressed data, maps with texts as keys. A word such as `test` stays.
 */
export function decodeLayers(bytes: Uint8Array, options: DecodeOptions = {}): Decoded {
  const layers: Layer[] = [];
  let left = options.limit ?? defaultLimit;
  let inner = bytes;
  while (layers.length < mostLayers) {
    const layer = layerOf(inner, left, options.asked === true);
    if (layer === undefined || layer === 'tooLarge') {
      return { layers, inner, tooLarge: layer === 'tooLarge' };
    }
    layers.push(layer);
    inner = layer.inner;
    left -= inner.byteLength;
    if (layer.kind === 'cbor' || layer.kind === 'messagePack') {
      break;
    }
  }
  return { layers, inner, tooLarge: false };
}

/** Puts the layers around a value again. One whose content did not change is as it was stored. */
export function encodeLayers(inner: Uint8Array, layers: readonly Layer[]): Encoded {
  let bytes = inner;
  for (const layer of layers.toReversed()) {
    const encoded: Encoded = sameBytes(bytes, layer.inner)
      ? { kind: 'value', bytes: layer.outer }
      : encode(bytes, layer);
    if (encoded.kind !== 'value') {
      return encoded;
    }
    bytes = encoded.bytes;
  }
  return { kind: 'value', bytes };
}

/**
 * The same encodings around other bytes, which were made by `encodeLayers`; undefined when those have
 * others. Recognises nothing: what is short or has become simple does not look encoded any more.
 */
export function layersAround(bytes: Uint8Array, like: readonly Layer[]): Decoded | undefined {
  const layers: Layer[] = [];
  let outer = bytes;
  for (const layer of like) {
    const decoded = decodeLike(outer, layer);
    if (!decoded) {
      return undefined;
    }
    layers.push(decoded);
    outer = decoded.inner;
  }
  return { layers, inner: outer, tooLarge: false };
}

function decodeLike(outer: Uint8Array, like: Layer): Layer | undefined {
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
      return itemLayerLike(outer, like);
  }
}

function encode(bytes: Uint8Array, layer: Layer): Encoded {
  switch (layer.kind) {
    case 'base64':
      return { kind: 'value', bytes: Buffer.from(toBase64(bytes, layer.style)) };
    case 'gzip':
      return { kind: 'value', bytes: toGzip(bytes, layer.outer) };
    case 'zlib':
      return { kind: 'value', bytes: toZlib(bytes, layer.outer) };
    case 'cbor':
    case 'messagePack':
      return itemsFromJson(bytes, layer);
  }
}

function layerOf(bytes: Uint8Array, limit: number, asked: boolean): Layer | 'tooLarge' | undefined {
  const gzip = compressed('gzip', bytes, fromGzip(bytes, limit));
  if (gzip) {
    return gzip;
  }
  const zlib = compressed('zlib', bytes, fromZlib(bytes, limit));
  if (zlib) {
    return zlib;
  }
  const text = textOf(bytes);
  return text === undefined ? itemLayerOf(bytes, asked) : base64LayerOf(bytes, asked);
}

function compressed(
  kind: 'gzip' | 'zlib',
  outer: Uint8Array,
  inflated: Inflated,
): Layer | 'tooLarge' | undefined {
  return inflated?.kind === 'inflated' ? { kind, outer, inner: inflated.bytes } : inflated?.kind;
}

function base64LayerOf(outer: Uint8Array, asked: boolean): Layer | undefined {
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
