import type { JsonProblem } from './scanJson';

/** An encoding around a value: `outer` are the bytes with it, `inner` those without. */
export interface EncodedBytes {
  readonly outer: Uint8Array;
  readonly inner: Uint8Array;
}

/** Bytes to store, or why there are none. */
export type Encoded =
  { readonly kind: 'value'; readonly bytes: Uint8Array } | JsonProblem | ViewOnly;

/** The value can only be looked at. `reason` is a clause: 'it holds bytes, which JSON does not'. */
export interface ViewOnly {
  readonly kind: 'viewOnly';
  readonly reason: string;
}
