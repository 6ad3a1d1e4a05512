import { afterOutages, type BucketWatch, type WatchHold } from './bucketWatch';
import type { KeyInfo } from '../model/entry';
import { isKvError } from '../model/errors';
import {
  DisposableStore,
  Emitter,
  ObservableValue,
  type Disposable,
  type Event,
  type Observable,
} from '../base/event';
import { stateAfter, type IndexChange, type IndexState, type KeyScope } from '../keys/indexState';
import type { KeptKeys } from '../keys/keptKeys';
import { lastRevision, type KeyBatch } from '../model/keyBatch';
import type { KvConnection } from '../model/kvConnection';
import { ListedKeys } from '../keys/listedKeys';
import { listFromMemory } from '../keys/listFromMemory';
import { KeyLevels } from '../keys/tree/keyLevels';
import type { KeyTree, KeyTreeChild } from '../keys/tree/keyTree';
import { KeyTrees, type TreeShape } from '../keys/tree/keyTrees';
import type { Expiring } from '../keys/tree/ownTtls';
import type { KeySurvey, SurveyOptions } from '../keys/tree/treeSurvey';
import { OtherMessages } from './otherMessages';
import { SilentLosses } from './silentLosses';

/** What an index can begin with instead of a listing by the server. */
export interface KeySources {
  /** The bucket's keys as they were when its last link went. */
  readonly kept?: KeptKeys | undefined;
  /** The index of the whole bucket, for one whose scope the server cannot apply. */
  readonly whole?: KeyIndex | undefined;
}

/** Waits before a listing for which there were too few consumers is tried again; the last one from then on. */
const retryDelays = [2_000, 5_000, 10_000, 30_000];
/** The watch makes up for every outage; of several in this time one is verified. */
const verifyEveryMs = 60_000;

/**
 * Owns the live keys of one bucket; changes only through its own listing and the bucket's watch.
 * The watch is held before the listing starts, so that nothing falls between the two; both are
 * merged by revision. What goes without a marker is found by looks at the bucket, and after an outage.
 */
export class KeyIndex implements Disposable {
  private readonly keys: ListedKeys;
  private shape: TreeShape;
  private readonly store = new DisposableStore();
  private readonly stateValue = this.store.add(new ObservableValue<IndexState>({ kind: 'idle' }));
  private readonly changed = this.store.add(new Emitter<IndexChange>());
  private readonly losses: SilentLosses;
  private readonly others: OtherMessages;
  private hold: WatchHold | undefined;
  private listing: AbortController | undefined;
  private created: number | undefined;
  private kept: KeptKeys | undefined;
  private verified = -Infinity;
  private refusals = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;

  readonly state: Observable<IndexState> = this.stateValue;
  readonly onDidChange: Event<IndexChange> = this.changed.event;
  /** The keys in their order, a page at a time. */
  readonly levels = new KeyLevels(() => this.keys.shown);

  constructor(
    private readonly connection: KvConnection,
    readonly watch: BucketWatch,
    private readonly scope?: KeyScope,
    private readonly sources: KeySources = {},
  ) {
    const trees = sources.kept?.trees ?? new KeyTrees({ slash: false, deleted: false });
    this.kept = sources.kept;
    this.shape = trees.shape;
    this.keys = new ListedKeys(trees, scope?.matches);
    this.store.add(watch.onDidChange((changes) => this.follow(changes)));
    this.store.add(afterOutages(watch.state, () => this.comeBack()));
    this.others = new OtherMessages(connection, watch);
    this.losses = this.store.add(
      new SilentLosses(connection, watch, {
        trees: () => this.complete,
        isWhole: !scope,
        onDidDrop: () => this.changed.fire({ keys: [], structural: true }),
        list: () => void this.load(true),
      }),
    );
  }

  get bucket(): string {
    return this.watch.bucket;
  }

  count(prefix: string): number {
    return this.keys.shown.present.count(prefix);
  }

  get(key: string): KeyInfo | undefined {
    return this.keys.shown.present.get(key);
  }

  /** What the keys below a prefix hold, by what is in memory, see `surveyTree`. */
  survey(prefix: string, options: SurveyOptions): Promise<KeySurvey> {
    return this.keys.shown.present.survey(prefix, options);
  }

  children(prefix: string): KeyTreeChild[] {
    return this.keys.shown.present.children(prefix);
  }

  /** Whether keys come into view as they are listed; those of another listing stay until it has ended. */
  get isFilling(): boolean {
    return this.stateValue.current.kind === 'listing' && this.keys.isSeen;
  }

  /** Messages of the bucket's stream that belong to none of its keys, as of the last listing. */
  get otherMessages(): number {
    return this.others.count;
  }

  /** Live keys a part at a time, see `KeyTree.keysFrom`: for a walk over all that nothing waits for. */
  keysFrom(cursor: number, count: number): { keys: string[]; next: number | undefined } {
    return this.keys.shown.present.keysFrom(cursor, count);
  }

  /** The live keys as they are held now: another tree after they were listed again. */
  get present(): KeyTree {
    return this.keys.shown.present;
  }

  /** The last message of a key, a marker too where deleted keys are kept. */
  last(key: string): KeyInfo | undefined {
    return this.keys.shown.get(key);
  }

  /** Messages with a time to live of their own, the last one of each key; some may be older than the key's. */
  get expiring(): Iterable<Expiring> {
    return this.keys.shown.ttls.all;
  }

  /** Arranges the keys anew; what has been listed is listed again for that, and stays meanwhile. */
  reshape({ slash, deleted }: TreeShape): void {
    if (slash === this.shape.slash && deleted === this.shape.deleted) {
      return;
    }
    this.shape = { slash, deleted };
    this.kept = undefined;
    if (this.stateValue.current.kind === 'idle') {
      this.keys.clear(this.shape);
    } else {
      this.reload();
    }
  }

  /** Starts listing unless it has been started; a failed or cancelled listing starts anew. */
  open(): void {
    const { kind } = this.stateValue.current;
    if (kind === 'idle' && this.kept) {
      void this.resume(this.kept);
    } else if (kind === 'idle' || kind === 'failed' || kind === 'partial') {
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

  /** What another index of this bucket can begin with, where this one is complete. */
  keep(): KeptKeys | undefined {
    const last = this.watch.lastRevision;
    const created = this.created ?? this.watch.created;
    const isWhole = this.stateValue.current.kind === 'ready' && !this.scope;
    return isWhole && last !== undefined && created !== undefined
      ? { trees: this.keys.shown, created, last }
      : this.kept;
  }

  /**
   * Takes out what the server has dropped without a marker. Gives the time (since the epoch) when more
   * will have gone; undefined when that is not known.
   */
  dropExpired(): Promise<number | undefined> {
    return this.losses.dropExpired();
  }

  dispose(): void {
    clearTimeout(this.retry);
    this.listing?.abort();
    this.hold?.dispose();
    this.store.dispose();
  }

  /** Goes on from what was kept, which is in view at once, unless the bucket is another one by now. */
  private async resume({ created, last }: KeptKeys): Promise<void> {
    const listing = new AbortController();
    this.listing = listing;
    this.stateValue.set({ kind: 'ready' });
    try {
      const status = await this.connection.bucketStatus(this.bucket);
      if (listing.signal.aborted) {
        return;
      }
      if (status.created === created && status.lastRevision >= last) {
        this.created = created;
        await this.holdWatch(last + 1);
        this.kept = undefined;
        this.verify();
        return;
      }
      this.keys.clear(this.shape);
    } catch {
      // What stands in the way is told by the listing.
    }
    this.kept = undefined;
    if (!listing.signal.aborted) {
      void this.load();
    }
  }

  /** The keys in view where they are all there are, and are not listed again. */
  private get complete(): KeyTrees | undefined {
    return this.stateValue.current.kind === 'ready' && !this.listing ? this.keys.shown : undefined;
  }

  /** What had failed may go well now. */
  private comeBack(): void {
    if (this.stateValue.current.kind === 'failed') {
      this.open();
    } else {
      this.verify();
    }
  }

  /** Lists the bucket again in the background: what was removed without a trace no watch can tell. */
  private verify(): void {
    const now = performance.now();
    if (this.stateValue.current.kind === 'ready' && now - this.verified > verifyEveryMs) {
      this.verified = now;
      void this.load(true);
    }
  }

  /** A quiet listing shows no progress, and none of its failures. */
  private async load(quiet = false): Promise<void> {
    clearTimeout(this.retry);
    this.listing?.abort();
    const listing = new AbortController();
    const begun = performance.now();
    this.listing = listing;
    this.keys.begin(this.shape, quiet);
    if (!quiet) {
      this.stateValue.set({ kind: 'listing', found: 0 });
      void this.showFirst(listing.signal);
    }
    try {
      await this.listAndFollow(listing.signal, quiet);
      const { isOther } = this.finish(listing, { kind: 'ready' }, quiet);
      this.losses.listed(isOther, performance.now() - begun);
    } catch (error) {
      this.finish(listing, stateAfter(error), quiet);
    }
  }

  /** Asks for some keys before the server makes the consumer, for which it goes through all of them. */
  private async showFirst(signal: AbortSignal): Promise<void> {
    if (this.scope || !this.keys.isSeen) {
      return;
    }
    try {
      const first = await this.connection.firstKeys(this.bucket, { signal });
      const { current } = this.stateValue;
      const isFirst = current.kind === 'listing' && current.found === 0;
      if (!signal.aborted && isFirst && first.length > 0) {
        this.tell(this.keys.takeAhead(first));
        this.stateValue.set({ kind: 'listing', found: first.length });
      }
    } catch {
      // What stands in the way is told by the listing, which needs none of them.
    }
  }

  private async listAndFollow(signal: AbortSignal, quiet: boolean): Promise<void> {
    const from = await this.tryHoldWatch();
    if (signal.aborted) {
      return;
    }
    // Older markers than the watch's first change can be followed by nothing that is older still.
    this.keys.markersFrom = from ?? Infinity;
    const { found, last } = await this.takeListing(signal, quiet);
    if (!this.scope && !signal.aborted) {
      await this.others.listed(found, signal);
    }
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

  /** Gives how many messages it has told, and the last revision. */
  private async takeListing(signal: AbortSignal, quiet: boolean) {
    let [found, last] = [0, 0];
    for await (const batch of this.batches(signal, quiet)) {
      if (signal.aborted) {
        break;
      }
      this.tell(this.keys.take(batch));
      found += batch.length;
      last = Math.max(last, lastRevision(batch));
      if (!quiet) {
        this.stateValue.set({ kind: 'listing', found });
      }
    }
    return { found, last };
  }

  private batches(signal: AbortSignal, quiet: boolean): AsyncIterable<KeyBatch> {
    const { filter, matches } = this.scope ?? {};
    const { whole } = this.sources;
    const isKnown = whole?.state.current.kind === 'ready' && !quiet;
    return isKnown && matches && !filter && (whole.shape.deleted || !this.shape.deleted)
      ? listFromMemory(whole.keys.shown, matches)
      : this.connection.list(this.bucket, { signal, ...(filter && { filter }) });
  }

  private finish(listing: AbortController, state: IndexState, quiet: boolean) {
    if (this.listing !== listing) {
      return { isOther: false };
    }
    this.listing = undefined;
    const end: IndexState = listing.signal.aborted ? { kind: 'partial' } : state;
    const { replaced, isOther } = this.keys.end(end.kind === 'ready');
    if (!quiet) {
      this.stateValue.set(end);
      this.retryLater(end);
    }
    if (replaced) {
      this.changed.fire({ keys: [], structural: true });
    }
    return { isOther };
  }

  /** Nobody tells when a consumer can be had again. */
  private retryLater(state: IndexState): void {
    const isRefused = state.kind === 'failed' && state.error.kind === 'limitReached';
    const delay = retryDelays[Math.min(this.refusals, retryDelays.length - 1)];
    this.refusals = isRefused ? this.refusals + 1 : 0;
    if (isRefused) {
      this.retry = setTimeout(() => this.open(), delay);
    }
  }

  private follow(changes: readonly KeyInfo[]): void {
    this.tell(this.keys.follow(changes));
    if (this.stateValue.current.kind !== 'listing') {
      this.keys.shown.settle();
    }
  }

  private tell(change: IndexChange): void {
    if (change.structural || change.keys.length > 0) {
      this.changed.fire(change);
    }
  }
}
