import type { BucketWatch, WatchHold } from './bucketWatch';
import { isKvError, toKvError, type KvError } from './errors';
import { Emitter, ObservableValue, type Disposable, type Event, type Observable } from './event';
import type { KeyInfo } from './entry';
import { KeyTree, type KeyTreeChild } from './tree/keyTree';
import type { KvConnection } from './kvConnection';

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

/** What changed since the last event: the keys with new facts, and whether keys came or went. */
export interface IndexChange {
  readonly keys: readonly string[];
  readonly structural: boolean;
}

/**
 * Owns the live keys of one bucket; changes only through its own listing and the bucket's watch.
 * The watch is held before the listing starts, so that nothing falls between the two; both are
 * merged by revision.
 */
export class KeyIndex implements Disposable {
  private tree = new KeyTree();
  /** What a running listing has found, when there were keys in view before it: they stay until its end. */
  private fresh: KeyTree | undefined;
  private readonly stateValue = new ObservableValue<IndexState>({ kind: 'idle' });
  private readonly changed = new Emitter<IndexChange>();
  private readonly subscription: Disposable;
  private hold: WatchHold | undefined;
  private listing: AbortController | undefined;

  readonly state: Observable<IndexState> = this.stateValue;
  readonly onDidChange: Event<IndexChange> = this.changed.event;

  constructor(
    private readonly connection: KvConnection,
    readonly watch: BucketWatch,
  ) {
    this.subscription = watch.onDidChange((changes) => this.follow(changes));
  }

  get bucket(): string {
    return this.watch.bucket;
  }

  count(prefix: string): number {
    return this.tree.count(prefix);
  }

  get(key: string): KeyInfo | undefined {
    return this.tree.get(key);
  }

  children(prefix: string): KeyTreeChild[] {
    return this.tree.children(prefix);
  }

  /** Starts listing unless it has been started; a failed or cancelled listing starts anew. */
  open(): void {
    const { kind } = this.stateValue.current;
    if (kind === 'idle' || kind === 'failed' || kind === 'partial') {
      void this.load();
    }
  }

  /** Lists everything again; what is known stays until the new listing is complete. */
  reload(): void {
    void this.load();
  }

  /** Stops a running listing; what has been found so far stays. */
  cancelListing(): void {
    this.listing?.abort();
  }

  dispose(): void {
    this.listing?.abort();
    this.subscription.dispose();
    this.hold?.dispose();
    this.changed.dispose();
    this.stateValue.dispose();
  }

  private async load(): Promise<void> {
    this.listing?.abort();
    const listing = new AbortController();
    this.listing = listing;
    this.fresh = this.tree.count('') > 0 ? new KeyTree() : undefined;
    this.stateValue.set({ kind: 'listing', found: 0 });
    try {
      // Older markers than the watch's first change can be followed by nothing that is older still.
      (this.fresh ?? this.tree).markersFrom = await this.holdWatch();
      await this.takeListing(listing.signal);
      this.finish(listing, { kind: 'ready' });
    } catch (error) {
      this.finish(listing, failure(error));
    }
  }

  private async holdWatch(): Promise<number> {
    if (!this.hold || this.watch.state.current.kind === 'failed') {
      this.hold?.dispose();
      this.hold = this.watch.hold();
    }
    return this.hold.from;
  }

  private async takeListing(signal: AbortSignal): Promise<void> {
    let found = 0;
    for await (const batch of this.connection.list(this.bucket, { signal })) {
      if (signal.aborted) {
        return;
      }
      this.take(batch, this.fresh ?? this.tree);
      found += batch.length;
      this.stateValue.set({ kind: 'listing', found });
    }
  }

  private finish(listing: AbortController, state: IndexState): void {
    if (this.listing !== listing) {
      return;
    }
    this.listing = undefined;
    const end: IndexState = listing.signal.aborted ? { kind: 'partial' } : state;
    if (end.kind === 'ready') {
      this.tree = this.fresh ?? this.tree;
      this.tree.settle();
    }
    const replaced = this.fresh === this.tree;
    this.fresh = undefined;
    this.stateValue.set(end);
    if (replaced) {
      this.changed.fire({ keys: [], structural: true });
    }
  }

  /** A change that the watch tells belongs to what is in view and to what is being listed. */
  private follow(changes: readonly KeyInfo[]): void {
    changes.forEach((change) => this.fresh?.apply(change));
    this.take(changes, this.tree);
    if (this.stateValue.current.kind !== 'listing') {
      this.tree.settle();
    }
  }

  private take(messages: readonly KeyInfo[], tree: KeyTree): void {
    const keys: string[] = [];
    let structural = false;
    for (const message of messages) {
      const change = tree.apply(message);
      structural ||= change === 'keys';
      if (change === 'facts') {
        keys.push(message.key);
      }
    }
    if (tree === this.tree && (structural || keys.length > 0)) {
      this.changed.fire({ keys, structural });
    }
  }
}

function failure(error: unknown): IndexState {
  return isKvError(error, 'cancelled')
    ? { kind: 'partial' }
    : { kind: 'failed', error: toKvError(error) };
}
