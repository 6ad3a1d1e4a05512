import { t } from '../base/l10n';
import { healthName } from '../health/bucketHealth';
import type { BucketEvent, BucketStatus } from '../model/bucket';
import { BucketChanges } from './bucketChanges';
import { BucketList, type BucketsState } from './bucketList';
import type { BucketWatch } from './bucketWatch';
import type { ConnectionConfig } from '../model/connectionConfig';
import { isPassing, KvError } from '../model/errors';
import {
  Emitter,
  ObservableValue,
  type Disposable,
  type Event,
  type Observable,
} from '../base/event';
import { HealthLooks } from './healthLooks';
import { KeyShelf } from '../keys/keptKeys';
import type { KeyScope } from '../keys/indexState';
import type { KeyIndex } from './keyIndex';
import { LinkAttempts } from './linkAttempts';
import type { DialReason, KvConnection, LinkState } from '../model/kvConnection';
import { LinkResources } from './linkResources';
import type { SessionState } from './sessionState';
import { shortestRtt } from './shortestRtt';
import { WriteLock } from './writeLock';

/** Makes the link, whose writers ask `lock`; `src/kv/nats` has the real one. */
export type Connect = (
  config: ConnectionConfig,
  lock: WriteLock,
  signal: AbortSignal,
  reason: DialReason,
) => Promise<KvConnection>;

const retryDelays = [2_000, 4_000, 8_000, 15_000, 30_000];

/**
 * Owns one connection: its link, its list of buckets, and a watch and a key index for each bucket in
 * use; changes only through `connect`, `disconnect`, `refresh` and what the server tells. Connects
 * when first needed.
 */
export class ConnectionSession implements Disposable {
  private readonly stateValue = new ObservableValue<SessionState>({ kind: 'idle' });
  private readonly bucketList = new BucketList({
    connect: () => this.connect(),
    linkIfUp: () => this.linkIfUp,
  });
  private readonly bucketChanges = new BucketChanges({
    linkIfUp: () => this.linkIfUp,
    list: this.bucketList,
  });
  private readonly healthLooks = new HealthLooks(this.bucketList);
  private readonly liveChanged = new Emitter<void>();
  private resources: LinkResources | undefined;
  private readonly attempts = new LinkAttempts({
    open: (signal, reason) => this.open(this.config, this.lock, signal, reason),
    onStart: (reason) => {
      this.stopRetry();
      // What is told of the last attempt stays while the next one comes by itself.
      if (reason === 'askedFor' || this.stateValue.current.kind !== 'failed') {
        this.stateValue.set({ kind: 'connecting' });
      }
    },
    onMade: (connection) => this.adopt(connection),
    onFailed: (error) => this.fail(error),
  });
  private retry: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private used = Date.now();
  private disposed = false;
  private holds = 0;

  readonly lock: WriteLock;
  readonly state: Observable<SessionState> = this.stateValue;
  readonly buckets: Observable<BucketsState> = this.bucketList.state;
  /** A new link has been made or a bucket was replaced: watches and indexes got before are void. */
  readonly onDidReplaceLink: Event<void> = this.liveChanged.event;

  constructor(
    private current: ConnectionConfig,
    private readonly open: Connect,
    private readonly shelf = new KeyShelf(),
  ) {
    const { config } = this;
    this.lock = new WriteLock(config.readOnly ?? false);
  }

  get config(): ConnectionConfig {
    return this.current;
  }

  /** When the link was asked for last, in milliseconds since the epoch. */
  get lastUsed(): number {
    return this.used;
  }

  /** Whether somebody follows a bucket. */
  get isWatched(): boolean {
    return this.holds > 0 || (this.resources?.isWatched ?? false);
  }

  /** Counts as following a bucket until it is disposed: for a watch that is not the shared one. */
  hold(): Disposable {
    let step = 1;
    this.holds += step;
    return {
      dispose: () => {
        this.holds -= step;
        step = 0;
      },
    };
  }

  get id(): string {
    return this.config.id;
  }

  get name(): string {
    return this.config.name;
  }

  /** Takes over what of a configuration does not matter to the link, such as its name. */
  relabel(config: ConnectionConfig): void {
    this.current = config;
  }

  /** The link, made now when there is none. Throws the `KvError` of a failed attempt. */
  connect(): Promise<KvConnection> {
    if (this.disposed) {
      return Promise.reject(new KvError('cancelled', t('the connection was removed')));
    }
    this.used = Date.now();
    return this.linkFor('askedFor');
  }

  /**
   * The link while it is connected, for what goes on in the background: it neither dials nor counts
   * as use, so that what was disconnected on purpose or for being idle stays so.
   */
  get linkIfUp(): KvConnection | undefined {
    return this.stateValue.current.kind === 'connected' ? this.resources?.connection : undefined;
  }

  /** Makes the link anew at once, whatever the state: also where it looks well. */
  reconnectNow(): void {
    if (this.resources) {
      this.resources.connection.reconnectNow();
    } else {
      this.failures = 0;
      void this.loadBuckets();
    }
  }

  /** Closes the link, forgets the buckets, and stays away until it is asked for again. */
  async disconnect(): Promise<void> {
    this.stopRetry();
    this.attempts.giveUp();
    const resources = this.dropResources();
    this.stateValue.set({ kind: 'idle', onPurpose: true });
    this.bucketList.clear();
    await resources?.connection.close();
  }

  /** Reads the list of buckets, connecting first where needed. Failures are told by `buckets`. */
  loadBuckets(): Promise<void> {
    return this.bucketList.load();
  }

  /**
   * Reads the list again where that is cheap, telling only of what has changed: whether replicas, leaders and
   * mirrors are well no server tells by itself. Neither dials nor counts as use.
   */
  lookAtBuckets(): Promise<void> {
    return this.bucketList.look();
  }

  /** What was read of a bucket for another reason: told where it is not as well, or better, than was known. */
  looked(status: BucketStatus): void {
    const { current } = this.buckets;
    const known =
      current.kind === 'loaded' && current.buckets.find(({ name }) => name === status.name);
    if (known && known.created === status.created && healthName(known) !== healthName(status)) {
      this.bucketList.put(status.name, status);
    }
  }

  /** A bucket was deleted here: the list that is read next may lack it. */
  expectGone(bucket: string): void {
    this.bucketList.expectGone(bucket);
  }

  /** The shared watch of a bucket, or undefined while there is no link. */
  watch(bucket: string): BucketWatch | undefined {
    return this.resources?.watch(bucket);
  }

  /** The key index that somebody uses already: looking makes none. */
  knownIndex(bucket: string, scope?: KeyScope): KeyIndex | undefined {
    return this.resources?.knownIndex(bucket, scope);
  }

  /** The key index of a bucket or of a part of it, or undefined while there is no link. */
  index(bucket: string, scope?: KeyScope): KeyIndex | undefined {
    return this.resources?.index(bucket, scope);
  }

  /** Ends the index of a part of a bucket that is no longer shown. */
  dropScope(bucket: string, scope: KeyScope): void {
    this.resources?.dropScope(bucket, scope);
  }

  dispose(): void {
    this.disposed = true;
    void this.disconnect().catch(() => {
      // The link is given up either way; there is nobody left to tell.
    });
    this.lock.dispose();
    this.stateValue.dispose();
    this.bucketChanges.dispose();
    this.healthLooks.dispose();
    this.bucketList.dispose();
    this.liveChanged.dispose();
  }

  private linkFor(reason: DialReason): Promise<KvConnection> {
    return this.resources ? Promise.resolve(this.resources.connection) : this.attempts.join(reason);
  }

  private adopt(connection: KvConnection): void {
    this.failures = 0;
    const resources = new LinkResources(
      connection,
      {
        gone: (bucket) => {
          this.expectGone(bucket);
          this.dropBucket(bucket);
          void this.bucketList.readAgain();
        },
        looked: (status) => this.looked(status),
      },
      this.shelf,
    );
    resources.subscriptions.add(connection.state.onDidChange((state) => this.follow(state)));
    resources.subscriptions.add(
      connection.onDidChangeBuckets((event) => this.bucketChanged(event)),
    );
    this.resources = resources;
    this.follow(connection.state.current);
    this.liveChanged.fire();
  }

  private follow(state: LinkState): void {
    const before = this.stateValue.current;
    switch (state.kind) {
      case 'connected': {
        const isSame = before.kind === 'connected';
        this.stateValue.set({ ...state, ...(isSame ? { rttMs: before.rttMs } : {}) });
        if (!isSame) {
          void this.measure();
        }
        if (before.kind === 'reconnecting' || (isSame && before.silentSince !== undefined)) {
          void this.bucketList.readAgain();
        }
        break;
      }
      case 'reconnecting':
        this.stateValue.set(state);
        break;
      case 'closed':
        this.dropResources();
        this.fail(state.error ?? new KvError('disconnected', t('the connection was closed')));
        break;
    }
  }

  private async measure(): Promise<void> {
    const { resources } = this;
    const rttMs = resources && (await shortestRtt(resources.connection));
    const { current } = this.stateValue;
    if (rttMs !== undefined && this.resources === resources && current.kind === 'connected') {
      this.stateValue.set({ ...current, rttMs });
    }
  }

  /**
   * Records a failure and, where trying again can help, sets the time for it. A login that was refused
   * is tried again as long as the buckets are shown or followed: users are taken away and given back.
   */
  private fail(error: KvError): void {
    const isNeeded = this.buckets.current.kind !== 'idle' || this.isWatched;
    if (!isPassing(error) && !(error.kind === 'authFailed' && isNeeded)) {
      this.stateValue.set({ kind: 'failed', error });
      return;
    }
    const delay = retryDelays[Math.min(this.failures++, retryDelays.length - 1)] ?? 30_000;
    this.retry = setTimeout(() => this.connectByItself(), delay);
    this.stateValue.set({ kind: 'failed', error, retryAt: Date.now() + delay });
  }

  /** Connects and reads the buckets; how it went is told by the two states. */
  private connectByItself(): void {
    this.stopRetry();
    void this.bucketList.read(() => this.linkFor('byItself'));
  }

  private bucketChanged({ kind, bucket }: BucketEvent): void {
    if (kind === 'deleted') {
      this.expectGone(bucket);
      this.dropBucket(bucket);
    }
    if (this.buckets.current.kind !== 'idle') {
      this.bucketChanges.add(bucket);
    }
  }

  private dropBucket(bucket: string): void {
    if (this.resources?.dropBucket(bucket)) {
      this.liveChanged.fire();
    }
  }

  private dropResources(): LinkResources | undefined {
    const { resources } = this;
    this.resources = undefined;
    resources?.dispose();
    return resources;
  }

  private stopRetry(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
  }
}
