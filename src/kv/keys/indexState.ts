import { isKvError, toKvError, type KvError } from '../model/errors';

/**
 * How complete the index is. `idle`: not asked for yet. `listing`: `found` messages have come so
 * far. `ready`: it equals the bucket and follows it. `partial`: the listing was cancelled, what is
 * shown is not all. `failed`: the listing ended with an error.
 */
export type IndexState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'listing'; readonly found: number }
  | { readonly kind: 'ready' }
  | { readonly kind: 'partial' }
  | { readonly kind: 'failed'; readonly error: KvError };

/** Which keys of a bucket an index holds. */
export interface KeyScope {
  /** Tells it from the bucket's other ones. */
  readonly id: string;
  /** The subject filter that the server applies, such as `orders.>`. */
  readonly filter?: string | undefined;
  /** What has to be true of a key besides. */
  readonly matches?: ((key: string) => boolean) | undefined;
}

/** What changed since the last event: the keys with new facts, and whether keys came or went. */
export interface IndexChange {
  readonly keys: readonly string[];
  readonly structural: boolean;
}

/** What becomes of an index whose listing has thrown. */
export function stateAfter(error: unknown): IndexState {
  return isKvError(error, 'cancelled')
    ? { kind: 'partial' }
    : { kind: 'failed', error: toKvError(error) };
}

/** A listing that was stopped or refused stays so until it is asked for; one that lost its link does not. */
export function startsByItself(state: IndexState, isLinked: boolean): boolean {
  const isLost = state.kind === 'failed' && state.error.kind === 'disconnected';
  return state.kind === 'idle' || (isLost && isLinked);
}
