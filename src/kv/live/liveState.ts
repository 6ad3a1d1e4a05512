import type { KvError } from '../errors';

/**
 * How far a watch of the live panel can be trusted. `starting`: nothing seen yet. `live`: every change
 * is told as it happens. `resuming`: the link is there, what was missed since then is being made up
 * for. `stale`: the link is lost since then. `failed` and `gone` are final until it is restarted.
 */
export type LiveState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'live' }
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

/** True for a state that only a restart changes. */
export function isFinal({ kind }: LiveState): boolean {
  return kind === 'failed' || kind === 'gone';
}
