import type { Entry, Ttl } from '../model/entry';

/** Which keys of a bucket a document holds: those below a prefix, those that a filter lets through, or these. */
export type ManyKeysScope =
  | { readonly kind: 'prefix'; readonly prefix: string; readonly filter?: string | undefined }
  | { readonly kind: 'keys'; readonly keys: readonly string[] };

/** The keys of a scope as the server had them: those with a value. */
export interface KeysAt {
  /** When the bucket was created, in milliseconds since the epoch. */
  readonly bucketCreated: number;
  /** The highest revision among them; 0 where there are none. */
  readonly revision: number;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** What a document says of a key: what is to be stored of it. */
export interface KeyText {
  readonly key: string;
  /** Where its name stands in the text, in UTF-16 units, and how long that is. */
  readonly offset: number;
  readonly length: number;
  readonly content: KeyContent;
  readonly headers: Entry['headers'];
  readonly ttl: Ttl | undefined;
}

/** `json`: its tokens without white space between them. */
export type KeyContent =
  | { readonly kind: 'json'; readonly compact: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** What stands beside a value, or marks what it is. */
export const marks = {
  value: '$value',
  json: '$json',
  base64: '$base64',
  headers: '$headers',
  ttl: '$ttl',
} as const;

/** More keys are in no document: they could not be saved as one. */
export const mostKeys = 1_000;
