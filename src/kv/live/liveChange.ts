import type { Entry, Operation } from '../model/entry';

/**
 * Why a change is told. `live`: it happened while it was watched. `caughtUp`: it happened during an
 * outage and was made up for. `stored`: it was in the bucket before the watch began.
 */
export type ChangeOrigin = 'live' | 'caughtUp' | 'stored';

/** One message of a bucket as a watch of the live panel told it. */
export interface LiveChange {
  /** Number of the watch that told it. */
  readonly watch: number;
  readonly connectionId: string;
  readonly bucket: string;
  readonly entry: Entry;
  /** What the key held before; undefined when that is not known. */
  readonly previous: Entry | undefined;
  readonly origin: ChangeOrigin;
  /** When it arrived, in milliseconds since the epoch by this computer's clock. */
  readonly at: number;
}

/** Which stored messages a watch begins with. */
export type LiveStart =
  | { readonly kind: 'updates' }
  | { readonly kind: 'current' }
  | { readonly kind: 'history' }
  | { readonly kind: 'revision'; readonly revision: number }
  | { readonly kind: 'time'; readonly time: number };

/** What a watch of the live panel is about: no values, so that it may be kept over restarts. */
export interface LiveWatchSpec {
  readonly connectionId: string;
  readonly bucket: string;
  /** A pattern of keys, see `subjectPattern`, such as `orders.>`; `>` for all of the bucket. */
  readonly filter: string;
  readonly start: LiveStart;
  /** Only these operations; all when empty. */
  readonly operations: readonly Operation[];
}

/** Bytes that a change keeps in memory, its previous value included. */
export function weightOf({ entry, previous }: LiveChange): number {
  return entry.size + (previous?.size ?? 0) + overhead;
}

/** About what the objects around a value take. */
const overhead = 300;
