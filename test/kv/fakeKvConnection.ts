import type { BucketSnapshot } from '../../src/kv/model/backup';
import type { BatchChange, BatchOutcome } from '../../src/kv/model/batch';
import type {
  BucketChange,
  BucketConfig,
  BucketEvent,
  BucketStatus,
  CompactCounts,
  UpdateOutcome,
  UnavailableBucket,
} from '../../src/kv/model/bucket';
import type { ConsumerList, ConsumerStatus } from '../../src/kv/model/consumer';
import { ownHeaders } from '../../src/kv/model/headers';
import type { Entry, KeyInfo, RevisionInfo, WriteOutcome } from '../../src/kv/model/entry';
import { KvError, throwIfCancelled } from '../../src/kv/model/errors';
import { Emitter, type ObservableValue } from '../../src/kv/base/event';
import { keyProblem } from '../../src/kv/model/key';
import type {
  AccountInfo,
  BatchOptions,
  CallOptions,
  CompactOptions,
  DeleteBucketOptions,
  KvConnection,
  LinkState,
  ListBucketsOptions,
  ListOptions,
  PurgeOptions,
  PutOptions,
  ReadManyOptions,
  ReadOptions,
  RestoreOptions,
  TrimOptions,
  UpdateOptions,
  WriteOptions,
} from '../../src/kv/model/kvConnection';
import { checkFilter } from '../../src/kv/nats/consumers/subjectFilter';
import { isStoredBy } from '../../src/kv/model/moment';
import type { Watch, WatchOptions } from '../../src/kv/model/watch';
import type { KeyBatch } from '../../src/kv/model/keyBatch';
import type { WriteGuard } from '../../src/kv/session/writeLock';
import type { FakeBucket, FakeWrite } from './fakeBucket';
import { type FakeCall, FakeLink } from './fakeLink';
import { readSnapshot, snapshotOf } from './fakeSnapshot';
import { FakeSystem } from './fakeSystem';
import { ttlOfPurge, ttlOfPut } from './fakeTtl';
import { FakeWatch, toChange } from './fakeWatch';
import { FakeWriter } from './fakeWriter';

const noBytes = new Uint8Array();

export interface FakeOptions {
  /** The clock, in milliseconds since the epoch; `Date.now` when omitted. */
  readonly now?: () => number;
  /** Keys in one batch of a listing; 1000 when omitted. */
  readonly batchSize?: number;
  readonly maxPayload?: number;
  /** How many keys `firstKeys` tells; none when omitted, as of a bucket that is listed at once. */
  readonly firstKeys?: number;
  /** Asked by every call that would change something; always writable when omitted. */
  readonly writeLock?: WriteGuard;
}

/**
 * A NATS system with one connection to it, in memory. It passes the same contract suite as the real
 * adapter (kvConnectionContract.ts). The `foreign…` methods act as another client: they work while
 * this one is offline too. Calls answer one microtask later.
 */
export class FakeKvConnection extends FakeSystem implements KvConnection {
  private readonly watches = new Set<FakeWatch>();
  private readonly bucketEvents = new Emitter<BucketEvent>();
  private readonly link: FakeLink;
  /** What a lagging copy of each bucket has. */
  private copies = new Map<FakeBucket, Map<string, Entry>>();
  private held: Promise<void> | undefined;
  private watchError: KvError | undefined;
  private readonly writer: FakeWriter;
  readonly onDidChangeBuckets = this.bucketEvents.event;

  /** Consumers of other clients, by bucket. */
  readonly foreignConsumers = new Map<string, readonly ConsumerStatus[]>();

  /** Buckets that a listing tells of besides, that cannot be used. */
  unavailable: readonly UnavailableBucket[] = [];

  constructor(private readonly options: FakeOptions = {}) {
    super(options.now ?? Date.now);
    const maxPayload = options.maxPayload ?? 1024 * 1024;
    const server = { name: 'fake', version: '2.15.1', address: '127.0.0.1:4222', maxPayload };
    this.link = new FakeLink({ ...server, cluster: undefined }, options.writeLock);
    this.writer = new FakeWriter(maxPayload, this.now);
    // What happens while the link is down is never told, as with advisories.
    this.onDidChange((event) => this.link.isUp && this.bucketEvents.fire(event));
  }

  get state(): ObservableValue<LinkState> {
    return this.link.state;
  }

  /** Every call that was sent to the server, in order: a test counts requests here. */
  get calls(): FakeCall[] {
    return this.link.calls;
  }

  /** Watches that have not been disposed: a test of disposal expects 0. */
  get openWatches(): number {
    return this.watches.size;
  }

  /** Breaks the link: calls fail with `disconnected`, watches resume. */
  goOffline(): void {
    const since = this.now();
    this.link.lose(since);
    this.watches.forEach((watch) => watch.suspend(since));
  }

  /** Restores the link; watches tell what they missed. */
  goOnline(): void {
    this.link.restore();
    this.watches.forEach((watch) => watch.resume());
  }

  /** Has the server answer nothing since then, while the link is there; `goOnline` ends it. */
  beSilent(since: number): void {
    this.link.beSilent(since);
  }

  /** Makes the next such call fail with this error; nothing happens on the server. */
  failNext(call: FakeCall, error: KvError): void {
    this.link.failNext(call, error);
  }

  /** Makes the next write end `unknown`, its message lost `before` or stored `after` all. */
  loseNextWrite(moment: 'before' | 'after'): void {
    this.writer.loseNext(moment);
  }

  /** Has reads that need not be consistent answered by a copy that stands still, until `catchUp`. */
  lagBehind(): void {
    this.copies = new Map(
      this.statuses().map(({ name }) => [this.find(name), new Map<string, Entry>()]),
    );
    for (const [bucket, copy] of this.copies) {
      bucket.last().forEach((entry) => copy.set(entry.key, entry));
    }
  }

  catchUp(): void {
    this.copies.clear();
  }

  /** Holds the answers to `get` back until the result is called. */
  holdReads(): () => void {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    this.held = held;
    return () => {
      this.held = this.held === held ? undefined : this.held;
      release();
    };
  }

  /** Takes the right to watch away from this connection, or gives it back. */
  allowWatches(allowed: boolean): void {
    const error = new KvError('denied', 'no permission to watch');
    this.watchError = allowed ? undefined : error;
    if (!allowed) {
      [...this.watches].forEach((watch) => watch.stop({ kind: 'failed', error }));
    }
  }

  rtt(): Promise<number> {
    return this.link.call('rtt', undefined, () => 1);
  }

  accountInfo(options?: CallOptions): Promise<AccountInfo> {
    return this.link.call('accountInfo', options, () => this.use());
  }

  listBuckets(options?: ListBucketsOptions): Promise<BucketStatus[]> {
    return this.link.call('listBuckets', options, () => {
      this.unavailable.forEach((bucket) => options?.onUnavailable?.(bucket));
      return this.statuses();
    });
  }

  bucketStatus(bucket: string, options?: CallOptions): Promise<BucketStatus> {
    return this.link.call('bucketStatus', options, () => this.find(bucket).status(this.now()));
  }

  listConsumers(bucket: string, options?: CallOptions): Promise<ConsumerList> {
    return this.link.call('listConsumers', options, () => {
      this.find(bucket);
      const consumers = this.foreignConsumers.get(bucket) ?? [];
      return { total: consumers.length, consumers };
    });
  }

  createBucket(config: BucketConfig, options?: CallOptions): Promise<BucketStatus> {
    return this.link.call('createBucket', options, () => this.create(config));
  }

  updateBucket(
    bucket: string,
    change: BucketChange,
    options: UpdateOptions = {},
  ): Promise<UpdateOutcome> {
    return this.link.call('updateBucket', options, () => this.update(bucket, change, options));
  }

  compact(bucket: string, options: CompactOptions): Promise<CompactCounts> {
    return this.link.call('compact', options, () => this.find(bucket).compact(this.now(), options));
  }

  trim(bucket: string, key: string, options: TrimOptions): Promise<number> {
    return this.link.call('trim', options, () => {
      checkKey(key);
      return this.find(bucket).trimKey(key, options);
    });
  }

  stepDown(bucket: string, options?: CallOptions): Promise<void> {
    return this.link.call('stepDown', options, () => {
      this.find(bucket);
      throw new KvError('unsupported', 'this server is not part of a cluster');
    });
  }

  snapshot(bucket: string, options?: CallOptions): Promise<BucketSnapshot> {
    return this.link.call('snapshot', options, () => snapshotOf(this.find(bucket), this.now()));
  }

  restore(snapshot: BucketSnapshot, options?: RestoreOptions): Promise<BucketStatus> {
    return this.link.call('restore', options, async () => {
      const restored = await readSnapshot(snapshot, (name) => this.hasBucket(name), options);
      this.foreignAddBucket(restored);
      return restored.status(this.now());
    });
  }

  deleteBucket(bucket: string, options?: DeleteBucketOptions): Promise<void> {
    return this.link.call('deleteBucket', options, () => {
      this.find(bucket).refuseOther(options?.bucketCreated);
      this.foreignDeleteBucket(bucket);
    });
  }

  get(bucket: string, key: string, options?: ReadOptions): Promise<Entry | undefined> {
    return this.link.call('get', options, async () => {
      checkKey(key);
      await this.held;
      this.link.check();
      const found = this.find(bucket);
      const copy = options?.consistent ? undefined : this.copies.get(found);
      return copy ? copy.get(key) : found.lastOf(key);
    });
  }

  getRevision(
    bucket: string,
    key: string,
    revision: number,
    options?: ReadOptions,
  ): Promise<Entry | undefined> {
    return this.link.call('getRevision', options, () => {
      checkKey(key);
      return this.find(bucket)
        .historyOf(key)
        .find((entry) => entry.revision === revision);
    });
  }

  getMany(
    bucket: string,
    keys: readonly string[],
    options?: ReadManyOptions,
  ): Promise<(Entry | undefined)[]> {
    return this.link.call('getMany', options, () => {
      const target = this.find(bucket);
      return keys.map((key) => {
        const problem = keyProblem(key);
        const error = problem && new KvError('invalidKey', problem.reason);
        if (error && !options?.onUnreadable) {
          throw error;
        }
        if (error) {
          options?.onUnreadable?.(key, error);
        }
        const asOf = options?.asOf;
        const copy = this.copies.get(target);
        return asOf
          ? target.historyOf(key).findLast((entry) => isStoredBy(asOf, entry))
          : copy
            ? copy.get(key)
            : target.lastOf(key);
      });
    });
  }

  history(bucket: string, key: string, options?: CallOptions): Promise<Entry[]> {
    return this.link.call('history', options, () => {
      checkKey(key);
      return this.find(bucket).historyOf(key);
    });
  }

  historyInfo(bucket: string, key: string, options?: CallOptions): Promise<RevisionInfo[]> {
    return this.link.call('historyInfo', options, () => {
      checkKey(key);
      return this.find(bucket)
        .historyOf(key)
        .map((entry) => {
          const { revision, operation, created, size, ttl } = entry;
          return { key, revision, operation, created, size, ttl, headers: ownHeaders(entry) };
        });
    });
  }

  put(bucket: string, key: string, value: Uint8Array, options: PutOptions): Promise<WriteOutcome> {
    // A copy, as on the wire: what the caller does to its bytes later changes nothing here.
    const { headers: ownHeaders } = options;
    const write: FakeWrite = { key, operation: 'PUT', value: value.slice(), ownHeaders };
    return this.write('put', bucket, write, options, (target) => ttlOfPut(target, key, options));
  }

  delete(bucket: string, key: string, options: WriteOptions): Promise<WriteOutcome> {
    return this.write('delete', bucket, { key, operation: 'DEL', value: noBytes }, options);
  }

  purge(bucket: string, key: string, options: PurgeOptions): Promise<WriteOutcome> {
    const write: FakeWrite = { key, operation: 'PURGE', value: noBytes };
    return this.write('purge', bucket, write, options, (target) => ttlOfPurge(target, options));
  }

  writeBatch(
    bucket: string,
    changes: readonly BatchChange[],
    options: BatchOptions,
  ): Promise<BatchOutcome> {
    return this.link.call('writeBatch', options, () => {
      changes.forEach(({ key }) => checkKey(key));
      return this.writer.writeBatch(this.find(bucket), changes, options);
    });
  }

  async *list(bucket: string, options: ListOptions = {}): AsyncIterable<KeyBatch> {
    const { filter = '>', history = false, signal } = options;
    const found = await this.link.call('list', options, () =>
      this.find(bucket).listed(filter, history),
    );
    const batchSize = this.options.batchSize ?? 1000;
    for (let at = 0; at < found.length; at += batchSize) {
      const batch = found.slice(at, at + batchSize);
      const infos = batch.map(toChange);
      const valueAt = (each: number) => batch[each]?.value;
      yield options.values ? Object.assign(infos, { valueAt }) : infos;
      throwIfCancelled(signal);
      this.link.check();
    }
  }

  async *read(bucket: string, options: ListOptions = {}): AsyncIterable<readonly Entry[]> {
    const { filter = '>', history = false, signal } = options;
    const found = await this.link.call('read', options, () =>
      this.find(bucket).listed(filter, history),
    );
    const batchSize = this.options.batchSize ?? 1000;
    for (let at = 0; at < found.length; at += batchSize) {
      yield found.slice(at, at + batchSize);
      throwIfCancelled(signal);
      this.link.check();
    }
  }

  messages(bucket: string, options?: CallOptions): Promise<KeyInfo[]> {
    return this.link.call('messages', options, () => this.find(bucket).since(1).map(toChange));
  }

  async firstKeys(bucket: string, options?: CallOptions): Promise<readonly KeyInfo[]> {
    const { firstKeys = 0 } = this.options;
    if (firstKeys === 0) {
      return [];
    }
    return this.link.call('firstKeys', options, () => {
      const found = this.find(bucket);
      const known = [...(this.copies.get(found)?.values() ?? found.last())];
      return known.slice(0, firstKeys).map(toChange);
    });
  }

  listNames(bucket: string, options: ListOptions = {}): Promise<string[]> {
    return this.link.call('listNames', options, () => {
      const found = this.find(bucket).last(options.filter);
      return found.map(({ key }) => key).sort();
    });
  }

  countOtherMessages(bucket: string, options?: CallOptions): Promise<number> {
    return this.link.call('countOtherMessages', options, () => this.find(bucket).others);
  }

  watch(bucket: string, options: WatchOptions & { readonly values: true }): Watch<Entry>;
  watch(bucket: string, options: WatchOptions): Watch;
  watch(bucket: string, options: WatchOptions): Watch {
    options.filters?.forEach(checkFilter);
    const watch = new FakeWatch(
      this.findIfAny(bucket),
      options,
      () => this.link.isUp,
      () => this.watches.delete(watch),
    );
    this.watches.add(watch);
    if (this.watchError) {
      watch.stop({ kind: 'failed', error: this.watchError });
    }
    return watch;
  }

  reconnectNow(): void {
    if (this.state.current.kind === 'reconnecting') {
      this.goOnline();
    }
  }

  close(): Promise<void> {
    const error = new KvError('disconnected', 'the connection was closed');
    this.link.close();
    this.watches.forEach((watch) => watch.stop({ kind: 'failed', error }));
    return Promise.resolve();
  }

  private write(
    call: 'put' | 'delete' | 'purge',
    bucket: string,
    write: FakeWrite,
    options: WriteOptions,
    ttlOf: (target: FakeBucket) => Entry['ttl'] = () => undefined,
  ): Promise<WriteOutcome> {
    return this.link.call(call, options, () => {
      checkKey(write.key);
      return this.writer.write(this.find(bucket), write, options, ttlOf);
    });
  }
}

function checkKey(key: string): void {
  const problem = keyProblem(key);
  if (problem) {
    throw new KvError('invalidKey', problem.reason);
  }
}
