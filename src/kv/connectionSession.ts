import type { BucketEvent, BucketStatus } from './bucket';
import { BucketWatch } from './bucketWatch';
import type { ConnectionConfig } from './connectionConfig';
import { KvError, toKvError } from './errors';
import { Emitter, ObservableValue, type Disposable, type Event, type Observable } from './event';
import { KeyIndex } from './keyIndex';
import type { KvConnection, LinkState, ServerInfo } from './kvConnection';
import { WriteLock } from './writeLock';

/** Makes the link, whose writers ask `lock`; `src/kv/nats` has the real one. */
export type Connect = (
  config: ConnectionConfig,
  lock: WriteLock,
  signal: AbortSignal,
) => Promise<KvConnection>;

/**
 * How a connection stands. `idle`: not asked for yet. `failed`: the first attempt or the link ended
 * with an error; it is tried again by itself at `retryAt` (milliseconds since the epoch) where that
 * can help. `reconnecting`: the link was lost and is being made again.
 */
export type SessionState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly server: ServerInfo }
  | { readonly kind: 'reconnecting'; readonly attempt: number; readonly since: number }
  | { readonly kind: 'failed'; readonly error: KvError; readonly retryAt?: number };

/** The list of buckets as far as it is known; while it is read again the old one is still there. */
export type BucketsState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded'; readonly buckets: readonly BucketStatus[] }
  | { readonly kind: 'failed'; readonly error: KvError };

const retryDelays = [2_000, 4_000, 8_000, 15_000, 30_000];

interface Live {
  readonly connection: KvConnection;
  readonly watches: Map<string, BucketWatch>;
  readonly indexes: Map<string, KeyIndex>;
  readonly subscriptions: Disposable[];
}

/**
 * Owns one connection: its link, its list of buckets, and a watch and a key index for each bucket in
 * use; changes only through `connect`, `disconnect`, `refresh` and what the server tells. Connects
 * when first needed.
 */
export class ConnectionSession implements Disposable {
  private readonly stateValue = new ObservableValue<SessionState>({ kind: 'idle' });
  private readonly bucketsValue = new ObservableValue<BucketsState>({ kind: 'idle' });
  private readonly liveChanged = new Emitter<void>();
  private live: Live | undefined;
  private connecting: { promise: Promise<KvConnection>; abort: AbortController } | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private bucketsRun = 0;

  readonly lock: WriteLock;
  readonly state: Observable<SessionState> = this.stateValue;
  readonly buckets: Observable<BucketsState> = this.bucketsValue;
  /** A new link has been made or a bucket was replaced: watches and indexes got before are void. */
  readonly onDidReplaceLink: Event<void> = this.liveChanged.event;

  constructor(
    readonly config: ConnectionConfig,
    private readonly open: Connect,
  ) {
    this.lock = new WriteLock(config.readOnly ?? false);
  }

  get id(): string {
    return this.config.id;
  }

  get name(): string {
    return this.config.name;
  }

  /** The link, made now when there is none. Throws the `KvError` of a failed attempt. */
  connect(): Promise<KvConnection> {
    if (this.live) {
      return Promise.resolve(this.live.connection);
    }
    if (!this.connecting) {
      const abort = new AbortController();
      this.connecting = { promise: this.establish(abort), abort };
    }
    return this.connecting.promise;
  }

  /** Tries at once instead of at the next turn, whatever the state. */
  reconnectNow(): void {
    if (this.live) {
      this.live.connection.reconnectNow();
    } else {
      this.failures = 0;
      this.connectQuietly();
    }
  }

  /** Closes the link and forgets what was read over it. */
  async disconnect(): Promise<void> {
    this.stopRetry();
    this.connecting?.abort.abort();
    this.connecting = undefined;
    const live = this.dropLive();
    this.stateValue.set({ kind: 'idle' });
    this.bucketsValue.set({ kind: 'idle' });
    await live?.connection.close();
  }

  /** Reads the list of buckets, connecting first where needed. Failures are told by `buckets`. */
  async loadBuckets(): Promise<void> {
    const run = ++this.bucketsRun;
    if (this.bucketsValue.current.kind !== 'loaded') {
      this.bucketsValue.set({ kind: 'loading' });
    }
    try {
      const connection = await this.connect();
      const buckets = await connection.listBuckets();
      if (run === this.bucketsRun) {
        this.bucketsValue.set({ kind: 'loaded', buckets });
      }
    } catch (error) {
      const kvError = toKvError(error);
      const keep = this.bucketsValue.current.kind === 'loaded' && kvError.kind === 'disconnected';
      if (run === this.bucketsRun && !keep) {
        this.bucketsValue.set({ kind: 'failed', error: kvError });
      }
    }
  }

  /** The shared watch of a bucket, or undefined while there is no link. */
  watch(bucket: string): BucketWatch | undefined {
    const { live } = this;
    if (!live) {
      return undefined;
    }
    let watch = live.watches.get(bucket);
    if (!watch) {
      watch = new BucketWatch(live.connection, bucket);
      live.watches.set(bucket, watch);
      watch.state.onDidChange((state) => {
        if (state.kind === 'gone') {
          this.dropBucket(bucket);
          void this.loadBuckets();
        }
      });
    }
    return watch;
  }

  /** The key index of a bucket, or undefined while there is no link. */
  index(bucket: string): KeyIndex | undefined {
    const watch = this.watch(bucket);
    if (!watch || !this.live) {
      return undefined;
    }
    let index = this.live.indexes.get(bucket);
    if (!index) {
      index = new KeyIndex(this.live.connection, watch);
      this.live.indexes.set(bucket, index);
    }
    return index;
  }

  dispose(): void {
    void this.disconnect().catch(() => {
      // The link is given up either way; there is nobody left to tell.
    });
    this.lock.dispose();
    this.stateValue.dispose();
    this.bucketsValue.dispose();
    this.liveChanged.dispose();
  }

  private async establish(abort: AbortController): Promise<KvConnection> {
    this.stopRetry();
    this.stateValue.set({ kind: 'connecting' });
    try {
      const connection = await this.open(this.config, this.lock, abort.signal);
      if (abort.signal.aborted) {
        await connection.close();
        throw new KvError('cancelled', 'the connection was given up');
      }
      this.connecting = undefined;
      this.adopt(connection);
      return connection;
    } catch (error) {
      const kvError = toKvError(error);
      if (!abort.signal.aborted) {
        this.connecting = undefined;
        this.fail(kvError);
      }
      throw kvError;
    }
  }

  private adopt(connection: KvConnection): void {
    this.failures = 0;
    this.live = {
      connection,
      watches: new Map(),
      indexes: new Map(),
      subscriptions: [
        connection.state.onDidChange((state) => this.follow(state)),
        connection.onDidChangeBuckets((event) => this.bucketChanged(event)),
      ],
    };
    this.follow(connection.state.current);
    this.liveChanged.fire();
  }

  private follow(state: LinkState): void {
    const before = this.stateValue.current.kind;
    switch (state.kind) {
      case 'connected':
        this.stateValue.set({ kind: 'connected', server: state.server });
        if (before === 'reconnecting') {
          void this.loadBuckets();
        }
        break;
      case 'reconnecting':
        this.stateValue.set(state);
        break;
      case 'closed':
        this.dropLive();
        this.fail(state.error ?? new KvError('disconnected', 'the connection was closed'));
        break;
    }
  }

  /** Records a failure and, where trying again can help, sets the time for it. */
  private fail(error: KvError): void {
    if (error.kind !== 'disconnected' && error.kind !== 'timeout') {
      this.stateValue.set({ kind: 'failed', error });
      return;
    }
    const delay = retryDelays[Math.min(this.failures++, retryDelays.length - 1)] ?? 30_000;
    this.retry = setTimeout(() => this.connectQuietly(), delay);
    this.stateValue.set({ kind: 'failed', error, retryAt: Date.now() + delay });
  }

  /** Connects and reads the buckets; how it went is told by the two states. */
  private connectQuietly(): void {
    this.stopRetry();
    void this.loadBuckets();
  }

  private bucketChanged({ kind, bucket }: BucketEvent): void {
    if (kind === 'deleted') {
      this.dropBucket(bucket);
    }
    if (this.bucketsValue.current.kind !== 'idle') {
      void this.loadBuckets();
    }
  }

  private dropBucket(bucket: string): void {
    const { live } = this;
    const watch = live?.watches.get(bucket);
    if (!live || !watch) {
      return;
    }
    live.indexes.get(bucket)?.dispose();
    live.indexes.delete(bucket);
    live.watches.delete(bucket);
    watch.dispose();
    this.liveChanged.fire();
  }

  private dropLive(): Live | undefined {
    const { live } = this;
    this.live = undefined;
    live?.subscriptions.forEach((each) => each.dispose());
    live?.indexes.forEach((each) => each.dispose());
    live?.watches.forEach((each) => each.dispose());
    return live;
  }

  private stopRetry(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
  }
}
