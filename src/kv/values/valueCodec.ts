import type { Encoded, EncodedBytes, ViewOnly } from './encoded';
import type { JsonProblem } from './scanJson';

/** A text that bytes stand for. */
export interface DecodedText {
  readonly kind: 'text';
  /** Minified JSON is shown with one value a line, any other text as it is. */
  readonly text: string;
  /** Why the value can only be looked at, if so; a clause. */
  readonly viewOnly?: string | undefined;
  /** The language of the text as VS Code calls it; that of what it looks like when omitted. */
  readonly language?: string | undefined;
}

/** The bytes are not of this encoding. */
export interface Undecodable {
  readonly kind: 'undecodable';
  /** A clause: 'the message ends within a field'. */
  readonly reason: string;
  /** What is shown in its place can only be looked at: whether the codec is to be trusted is not known. */
  readonly isViewOnly?: boolean;
}

/** Bytes for an edited text, or why there are none. Offsets are those of the text. */
export type EncodedText =
  { readonly kind: 'bytes'; readonly bytes: Uint8Array } | JsonProblem | ViewOnly;

/** What makes texts of bytes, and bytes of texts. Both directions are synchronous. */
export interface TextCodec {
  /** What people read: 'Protobuf shop.Order'. */
  readonly label: string;
  decode(bytes: Uint8Array): DecodedText | Undecodable;
  /** `stored`: the bytes that the text was made of; what was not edited is to stay as it is there. */
  encode(text: string, stored: Uint8Array): EncodedText;
}

/** A codec around a value: `inner` is the text that it makes of the bytes. */
export interface CodecEncoding extends EncodedBytes {
  readonly kind: 'codec';
  readonly codec: ValueCodec;
  /** Why the value can only be looked at, if so. */
  readonly viewOnly?: string;
  /** See `DecodedText`. */
  readonly language?: string | undefined;
}

/** The encoding that a value is known to have, other than those that are recognised by their bytes. */
export interface ValueCodec {
  readonly label: string;
  open(outer: Uint8Array): CodecEncoding | Undecodable;
  /** The bytes of an edited text. */
  close(inner: Uint8Array, encoding: CodecEncoding): Encoded;
}

/** Where a value is stored, and with what. */
export interface ValuePlace {
  readonly bucket: string;
  readonly key: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** The text that an editor shows of a value; undefined for what is no text. */
export type ShownText = (value: Uint8Array, place: ValuePlace) => string | undefined;
