import type { KvError } from '../model/errors';

/**
 * How far a watch of the live panel can be trusted. `starting`: nothing seen yet. `live`: every change
 * is told as it happens. `resuming`: the link is there, what was missed since then is being made up
 * for. `stale`: the link is lost since then. `gone`: there is no such bucket, or it is behind what was
 * told; the watch goes on by itself when there is one. `failed` is final until it is restarted.
 * `recreatedAt` is when another bucket of the same name was found.
 */
export type LiveState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'live'; readonly recreatedAt?: number }
  | { readonly kind: 'resuming'; readonly since: number }
  | { readonly kind: 'stale'; readonly since: number }
  | { readonly kind: 'failed'; readonly error: KvError }
  | { readonly kind: 'gone' };

/** Where a watch left off: enough to go on over another link without a gap. */
export interface LiveBookmark {
  /** The last revision told. */
  readonly revision: number;
  /** When the bucket was created, to know another one of the same name. */
  readonly created: number;
}

/** True for a state in which nothing is followed. */
export function isFinal({ kind }: LiveState): boolean {
  return kind === 'failed' || kind === 'gone';
}

/**
 * Whether a bucket is the one that a watch has told of; without a place any but one that was gone is.
 * One that is `behind` what it has told proves nothing when seen once: a new leader of a cluster may
 * have to catch up first. Seen again it was rolled back, and counts as another one.
 */
export function compareBuckets(
  place: LiveBookmark | undefined,
  now: LiveBookmark,
  wasGone: boolean,
): 'same' | 'other' | 'behind' {
  if (!place) {
    return wasGone ? 'other' : 'same';
  }
  const isBehind = place.revision > now.revision;
  if (place.created !== now.created || (isBehind && wasGone)) {
    return 'other';
  }
  return isBehind ? 'behind' : 'same';
}
