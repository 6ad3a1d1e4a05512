import type { KeyInfo } from './entry';
import type { Disposable, Event, Observable } from '../base/event';
import type { KvError } from './errors';

/**
 * How far a watch can be trusted. `starting`: nothing seen yet. `live`: every change is told as it
 * happens. `resuming`: the link or the consumer was lost at `since`; changes will be made up for.
 * `failed`: it cannot go on (for instance it is denied), and has stopped. `gone`: the bucket no
 * longer exists or was created anew, and the watch has stopped.
 */
export type WatchState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'resuming'; readonly since: number }
  | { readonly kind: 'failed'; readonly error: KvError }
  | { readonly kind: 'gone' };

/** A change of one key as a watch tells it. */
export type KeyChange = KeyInfo;

export interface WatchOptions {
  /** The first revision to deliver: one more than the last one already known. */
  readonly from: number;
  /** Starts with what was stored at that time instead (milliseconds since the epoch), `from` being 1. */
  readonly since?: number;
  /**
   * Subject filters below the bucket, such as `orders.>`: a change that any of them matches is told,
   * once. The whole bucket when omitted or empty. Several need server 2.10 to spare what is left out.
   */
  readonly filters?: readonly string[];
  /** True for values and headers too: every change is then an `Entry`. */
  readonly values?: boolean;
}

/**
 * A gap-free stream of the changes of one bucket, in revision order, each exactly once. It outlives
 * reconnects: it goes on after the last revision that it has told. A revision that the bucket's
 * history drops before it was delivered is not told; the later one of its key is.
 */
export interface Watch<Change extends KeyChange = KeyChange> extends Disposable {
  readonly state: Observable<WatchState>;
  /** Changes in the order of their revisions, batched as they arrive. */
  readonly onDidChange: Event<readonly Change[]>;
  /** The last revision told, or the one before the first to come. */
  readonly lastRevision: number;
}
