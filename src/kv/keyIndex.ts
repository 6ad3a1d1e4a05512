import type { BucketWatch, WatchHold } from './bucketWatch';
import { isKvError, toKvError, type KvError } from './errors';
import { Emitter, ObservableValue, type Disposable, type Event, type Observable } from './event';
import type { KeyInfo } from './entry';
import { KeyColumns, type KeyBatch } from './keyBatch';
import type { KvConnection } from './kvConnection';
import { KeyLevels } from './tree/keyLevels';
import type { KeyTreeChild } from './tree/keyTree';
import { KeyTrees, type TreeShape } from './tree/keyTrees';

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

/**
 * Owns the live keys of one bucket; changes only through its own listing and the bucket's watch.
 * The watch is held before the listing starts, so that nothing falls between the two; both are
 * merged by revision.
 */
export class KeyIndex implements Disposable {
  private trees = new KeyTrees({ slash: false, deleted: false });
  /** What a running listing has found, when there were keys in view before it: they stay until its end. */
  private fresh: KeyTrees | undefined;
  private shape: TreeShape = this.trees.shape;
  private readonly stateValue = new ObservableValue<IndexState>({ kind: 'idle' });
  private readonly changed = new Emitter<IndexChange>();
  private readonly subscription: Disposable;
  private hold: WatchHold | undefined;
  private listing: AbortController | undefined;

  readonly state: Observable<IndexState> = this.stateValue;
  readonly onDidChange: Event<IndexChange> = this.changed.event;
  /** The keys in their order, a page at a time. */
  readonly levels = new KeyLevels(() => this.trees);

  constructor(
    private readonly connection: KvConnection,
    readonly watch: BucketWatch,
    private readonly scope?: KeyScope,
  ) {
    this.subscription = watch.onDidChange((changes) => this.follow(changes));
  }

  get bucket(): string {
    return this.watch.bucket;
  }

  count(prefix: string): number {
    return this.trees.live.count(prefix);
  }

  get(key: string): KeyInfo | undefined {
    return this.trees.live.get(key);
  }

  children(prefix: string): KeyTreeChild[] {
    return this.trees.live.children(prefix);
  }

  /** Live keys a part at a time, see `KeyTree.keysFrom`: for a walk over all that nothing waits for. */
  keysFrom(cursor: number, count: number): { keys: string[]; next: number | undefined } {
    return this.trees.live.keysFrom(cursor, count);
  }

  /** The last message of a key, a marker too where deleted keys are kept. */
  last(key: string): KeyInfo | undefined {
    return this.trees.get(key);
  }

  /** Arranges the keys anew; what has been listed is listed again for that, and stays meanwhile. */
  reshape({ slash, deleted }: TreeShape): void {
    if (slash === this.shape.slash && deleted === this.shape.deleted) {
      return;
    }
    this.shape = { slash, deleted };
    if (this.stateValue.current.kind === 'idle') {
      this.trees = new KeyTrees(this.shape);
    } else {
      this.reload();
    }
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
    const isEmpty = this.trees.all.every((tree) => tree.count('') === 0);
    this.fresh = isEmpty ? undefined : new KeyTrees(this.shape);
    this.trees = isEmpty ? new KeyTrees(this.shape) : this.trees;
    this.stateValue.set({ kind: 'listing', found: 0 });
    try {
      await this.listAndFollow(listing.signal);
      this.finish(listing, { kind: 'ready' });
    } catch (error) {
      this.finish(listing, failure(error));
    }
  }

  private async listAndFollow(signal: AbortSignal): Promise<void> {
    const from = await this.tryHoldWatch();
    if (signal.aborted) {
      return;
    }
    // Older markers than the watch's first change can be followed by nothing that is older still.
    (this.fresh ?? this.trees).markersFrom = from ?? Infinity;
    const last = await this.takeListing(signal);
    if (from === undefined && !signal.aborted) {
      await this.holdWatch(last + 1);
    }
  }

  /** Undefined for a user who may not ask for the bucket's last revision: the listing tells it. */
  private async tryHoldWatch(): Promise<number | undefined> {
    try {
      return await this.holdWatch();
    } catch (error) {
      if (isKvError(error, 'denied')) {
        return undefined;
      }
      throw error;
    }
  }

  private async holdWatch(start?: number): Promise<number> {
    if (!this.hold || this.watch.state.current.kind === 'failed') {
      this.hold?.dispose();
      this.hold = this.watch.hold(start);
    }
    return this.hold.from;
  }

  /** Gives the last revision that it has told. */
  private async takeListing(signal: AbortSignal): Promise<number> {
    const filter = this.scope?.filter;
    let [found, last] = [0, 0];
    for await (const batch of this.connection.list(this.bucket, {
      signal,
      ...(filter && { filter }),
    })) {
      if (signal.aborted) {
        break;
      }
      this.take(batch, this.fresh ?? this.trees);
      found += batch.length;
      last = Math.max(last, lastRevision(batch));
      this.stateValue.set({ kind: 'listing', found });
    }
    return last;
  }

  private finish(listing: AbortController, state: IndexState): void {
    if (this.listing !== listing) {
      return;
    }
    this.listing = undefined;
    const end: IndexState = listing.signal.aborted ? { kind: 'partial' } : state;
    if (end.kind === 'ready') {
      this.trees = this.fresh ?? this.trees;
      this.trees.settle();
    }
    const replaced = this.fresh === this.trees;
    this.fresh = undefined;
    this.stateValue.set(end);
    if (replaced) {
      this.changed.fire({ keys: [], structural: true });
    }
  }

  /** A change that the watch tells belongs to what is in view and to what is being listed. */
  private follow(changes: readonly KeyInfo[]): void {
    this.fresh?.applyAll(this.wanted(changes));
    this.take(changes, this.trees);
    if (this.stateValue.current.kind !== 'listing') {
      this.trees.settle();
    }
  }

  private take(messages: KeyBatch, trees: KeyTrees): void {
    const { keys, structural } = trees.applyAll(this.wanted(messages));
    if (trees === this.trees && (structural || keys.length > 0)) {
      this.changed.fire({ keys, structural });
    }
  }

  private wanted(messages: KeyBatch): KeyBatch {
    const matches = this.scope?.matches;
    return matches ? [...messages].filter(({ key }) => matches(key)) : messages;
  }
}

function lastRevision(batch: KeyBatch): number {
  const revisions = batch instanceof KeyColumns ? batch.revisions : undefined;
  let last = 0;
  for (let at = 0; revisions && at < batch.length; at++) {
    last = Math.max(last, revisions[at] ?? 0);
  }
  if (!revisions) {
    batch.forEach(({ revision }) => (last = Math.max(last, revision)));
  }
  return last;
}

function failure(error: unknown): IndexState {
  return isKvError(error, 'cancelled')
    ? { kind: 'partial' }
    : { kind: 'failed', error: toKvError(error) };
}
