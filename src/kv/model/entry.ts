/**
 * What a stored message says about its key: a value was put, the key was deleted or purged by a
 * client (`KV-Operation`), or its value expired and the server left a marker
 * (`Nats-Marker-Reason: MaxAge`, server 2.11, ADR-43). Only a key whose last operation is PUT is live.
 */
export type Operation = 'PUT' | 'DEL' | 'PURGE' | 'EXPIRED';

/** One stored message of a key, without its value. */
export interface KeyInfo {
  readonly key: string;
  /** The stream sequence, unique in the bucket and rising with time. */
  readonly revision: number;
  readonly operation: Operation;
  /** When the server stored it, in milliseconds since the epoch. */
  readonly created: number;
  /** Size of the value in bytes. */
  readonly size: number;
  /** As stored, which may be longer than was asked for; undefined when it has none of its own. */
  readonly ttl?: Ttl | undefined;
}

/** One stored message of a key as its history tells it, without its value. */
export interface RevisionInfo extends KeyInfo {
  /** As stored, which may be longer than was asked for; undefined when it has none of its own. */
  readonly ttl: Ttl | undefined;
  /** Those that its writer gave it. */
  readonly headers: Entry['headers'];
}

/**
 * How long a message lives from when it was stored: milliseconds, or 'never' when it outlives the
 * bucket's own TTL (`Nats-TTL`, server 2.11, ADR-43). The server counts whole seconds, at least 1.
 */
export type Ttl = number | 'never';

/**
 * What a write does with the TTL of the value that it replaces. `keep`: the new value gets the same
 * one, counted from now; costs one more request. `drop`: it gets none, as when nothing is asked.
 */
export type TtlChange =
  | { readonly kind: 'keep' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'set'; readonly ttl: Ttl };

/** One stored message of a key with its value and its headers. */
export interface Entry extends KeyInfo {
  readonly value: Uint8Array;
  /** Every stored header in wire order, those of NATS itself (`Nats-…`, `KV-Operation`) included. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/**
 * How a write ended. `saved`: the server acknowledged it under that revision. `conflict`: nothing
 * was written, the key's last revision was not the expected one; `revision` is the present one where
 * the server named it. `unknown`: the link broke before the answer, so the write may or may not
 * have happened; read the key back to find out. A write that certainly did not happen throws instead.
 */
export type WriteOutcome =
  | { readonly kind: 'saved'; readonly revision: number }
  | { readonly kind: 'conflict'; readonly revision?: number }
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * The revision that a write may replace: 0 means that the key has never been written or that all of
 * its messages are gone. A deleted key's last revision is its marker's.
 */
export type ExpectedRevision = number;

/**
 * What became of a write whose outcome was `unknown`. `saved`: it is stored under that revision, and
 * was replaced since by `replacedBy` where that is told. `notWritten`: the key is still as it was.
 * `conflict`: the key has changed otherwise, to `revision` (0 when its messages are gone); unless
 * `certain`, this write may have come before that.
 */
export type ResolvedWrite =
  | { readonly kind: 'saved'; readonly revision: number; readonly replacedBy?: number }
  | { readonly kind: 'notWritten' }
  | { readonly kind: 'conflict'; readonly revision: number; readonly certain: boolean };

/** True for the last message of a live key. */
export function isLive(info: KeyInfo): boolean {
  return info.operation === 'PUT';
}
