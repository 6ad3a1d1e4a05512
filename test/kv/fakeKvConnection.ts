import type {
  BucketChange,
  BucketConfig,
  BucketEvent,
  BucketStatus,
  CompactCounts,
  UpdateOutcome,
} from '../../src/kv/bucket';
import type { Entry, KeyInfo, Operation, WriteOutcome } from '../../src/kv/entry';
import { KvError, throwIfCancelled } from '../../src/kv/errors';
import { Emitter, ObservableValue } from '../../src/kv/event';
import { keyProblem } from '../../src/kv/key';
import type {
  AccountInfo,
  CallOptions,
  CompactOptions,
  KvConnection,
  LinkState,
  ListOptions,
  PurgeOptions,
  PutOptions,
  ReadOptions,
  ServerInfo,
  UpdateOptions,
  WriteOptions,
} from '../../src/kv/kvConnection';
import { checkChange } from '../../src/kv/nats/buckets/bucketUpdate';
import { differingFields } from '../../src/kv/nats/buckets/changedFields';
import { checkFilter } from '../../src/kv/nats/consumers/subjectFilter';
import { checkBucketConfig } from '../../src/kv/nats/buckets/streamConfig';
import type { Watch, WatchOptions } from '../../src/kv/watch';
import { FakeBucket, type FakeWrite } from './fakeBucket';
import { ttlOfPurge, ttlOfPut } from './fakeTtl';
import { FakeWatch, toChange } from './fakeWatch';

export interface FakeOptions {
  /** The clock, in milliseconds since the epoch; `Date.now` when omitted. */
  readonly now?: () => number;
  /** Keys in one batch of a listing; 1000 when omitted. */
  readonly batchSize?: number;
  readonly maxPayload?: number;
}

/** Calls that reach the server; what `calls` records and `failNext` takes. */
export type FakeCall =
  | 'rtt'
  | 'accountInfo'
  | 'listBuckets'
  | 'bucketStatus'
  | 'createBucket'
  | 'updateBucket'
  | 'compact'
  | 'deleteBucket'
  | 'get'
  | 'getRevision'
  | 'getMany'
  | 'history'
  | 'put'
  | 'delete'
  | 'purge'
  | 'list'
  | 'listNames';

const noBytes = new Uint8Array();

/**
 * A NATS system with one connection to it, in memory. It passes the same contract suite as the real
 * adapter (kvConnectionContract.ts). The `foreign…` methods act as another client: they work while
 * this one is offline too. Calls answer one microtask later.
 */
export class FakeKvConnection implements KvConnection {
  private readonly buckets = new Map<string, FakeBucket>();
  private readonly watches = new Set<FakeWatch>();
  private readonly failures = new Map<FakeCall, KvError>();
  private readonly bucketEvents = new Emitter<BucketEvent>();
  private readonly link: ObservableValue<LinkState>;
  private readonly server: ServerInfo;
  private readonly now: () => number;
  private loseWrite: 'before' | 'after' | undefined;

  /** Every call that was sent to the server, in order: a test counts requests here. */
  readonly calls: FakeCall[] = [];
  readonly onDidChangeBuckets = this.bucketEvents.event;

  constructor(private readonly options: FakeOptions = {}) {
    this.now = options.now ?? Date.now;
    this.server = {
      name: 'fake',
      version: '2.15.1',
      cluster: undefined,
      address: '127.0.0.1:4222',
      maxPayload: options.maxPayload ?? 1024 * 1024,
    };
    this.link = new ObservableValue<LinkState>({ kind: 'connected', server: this.server });
  }

  get state(): ObservableValue<LinkState> {
    return this.link;
  }

  /** Watches that have not been disposed: a test of disposal expects 0. */
  get openWatches(): number {
    return this.watches.size;
  }

  private storedBytes(): number {
    return [...this.buckets.values()].reduce((sum, bucket) => sum + bucket.status().size, 0);
  }

  /** Breaks the link: calls fail with `disconnected`, watches resume. */
  goOffline(): void {
    const since = this.now();
    this.link.set({ kind: 'reconnecting', attempt: 1, since });
    this.watches.forEach((watch) => watch.suspend(since));
  }

  /** Restores the link; watches tell what they missed. */
  goOnline(): void {
    this.link.set({ kind: 'connected', server: this.server });
    this.watches.forEach((watch) => watch.resume());
  }

  /** Makes the next such call fail with this error; nothing happens on the server. */
  failNext(call: FakeCall, error: KvError): void {
    this.failures.set(call, error);
  }

  /** Makes the next write end `unknown`, its message lost `before` or stored `after` all. */
  loseNextWrite(moment: 'before' | 'after'): void {
    this.loseWrite = moment;
  }

  /** Creates a bucket as another client would. */
  foreignCreateBucket(config: BucketConfig): void {
    const bucket = new FakeBucket(config, this.now());
    const origins = config.mirror ? [config.mirror] : (config.sources ?? []);
    origins.forEach((origin) => bucket.copyFrom(this.find(origin.bucket)));
    this.buckets.set(config.name, bucket);
    this.tell({ kind: 'created', bucket: config.name });
  }

  /** Changes a bucket's configuration as another client would. */
  foreignUpdateBucket(name: string, change: BucketChange): void {
    this.find(name).update(change);
    this.tell({ kind: 'updated', bucket: name });
  }

  /** Creates a mirror of a bucket, as an administrator would. */
  foreignMirror(name: string, origin: string): void {
    this.foreignCreateBucket({ name, mirror: { bucket: origin } });
  }

  /** Deletes a bucket as another client would. */
  foreignDeleteBucket(name: string): void {
    const bucket = this.find(name);
    this.buckets.delete(name);
    this.watches.forEach((watch) => watch.bucketRemoved(bucket));
    this.tell({ kind: 'deleted', bucket: name });
  }

  /** What happens while the link is down is never told, as with advisories. */
  private tell(event: BucketEvent): void {
    if (this.link.current.kind === 'connected') {
      this.bucketEvents.fire(event);
    }
  }

  /** Puts a text or bytes as another client would. Returns the revision. */
  foreignPut(bucket: string, key: string, value: string | Uint8Array): number {
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    return this.foreignWrite(bucket, { key, operation: 'PUT', value: bytes });
  }

  /** Leaves a marker as another client, or the server (`EXPIRED`), would. Returns its revision. */
  foreignMark(bucket: string, key: string, operation: Exclude<Operation, 'PUT'>): number {
    return this.foreignWrite(bucket, { key, operation, value: noBytes });
  }

  /** Stores any message, with headers of the test's choice. Returns its revision. */
  foreignWrite(bucket: string, write: FakeWrite): number {
    const outcome = this.find(bucket).write(write, this.now());
    return outcome.kind === 'saved' ? outcome.revision : 0;
  }

  rtt(): Promise<number> {
    return this.call('rtt', undefined, () => 1);
  }

  accountInfo(options?: CallOptions): Promise<AccountInfo> {
    const unlimited = { used: 0, limit: -1 };
    return this.call('accountInfo', options, () => ({
      memory: unlimited,
      storage: { used: this.storedBytes(), limit: -1 },
      streams: { used: this.buckets.size, limit: -1 },
      consumers: unlimited,
      domain: undefined,
      apiLevel: 5,
    }));
  }

  listBuckets(options?: CallOptions): Promise<BucketStatus[]> {
    const byName = (a: BucketStatus, b: BucketStatus) => (a.name < b.name ? -1 : 1);
    return this.call('listBuckets', options, () =>
      [...this.buckets.values()].map((bucket) => bucket.status()).sort(byName),
    );
  }

  bucketStatus(bucket: string, options?: CallOptions): Promise<BucketStatus> {
    return this.call('bucketStatus', options, () => this.find(bucket).status());
  }

  createBucket(config: BucketConfig, options?: CallOptions): Promise<BucketStatus> {
    return this.call('createBucket', options, () => {
      checkBucketConfig(config);
      if (this.buckets.has(config.name)) {
        throw new KvError('alreadyExists', `a bucket named "${config.name}" already exists`);
      }
      this.foreignCreateBucket(config);
      return this.find(config.name).status();
    });
  }

  updateBucket(
    bucket: string,
    change: BucketChange,
    options: UpdateOptions = {},
  ): Promise<UpdateOutcome> {
    return this.call<UpdateOutcome>('updateBucket', options, () => {
      checkChange(change);
      const present = this.find(bucket).status();
      const fields = options.expected
        ? differingFields(options.expected, present.streamConfig)
        : [];
      if (fields.length > 0) {
        return { kind: 'conflict', status: present, fields };
      }
      this.foreignUpdateBucket(bucket, change);
      return { kind: 'saved', status: this.find(bucket).status() };
    });
  }

  compact(bucket: string, options: CompactOptions): Promise<CompactCounts> {
    return this.call('compact', options, () => {
      const target = this.find(bucket);
      if (target.mirrorOf !== undefined) {
        throw new KvError('unsupported', `"${bucket}" is a mirror and cannot be compacted`);
      }
      return target.compact(this.now(), options);
    });
  }

  deleteBucket(bucket: string, options?: CallOptions): Promise<void> {
    return this.call('deleteBucket', options, () => this.foreignDeleteBucket(bucket));
  }

  get(bucket: string, key: string, options?: ReadOptions): Promise<Entry | undefined> {
    return this.call('get', options, () => {
      checkKey(key);
      return this.find(bucket).lastOf(key);
    });
  }

  getRevision(
    bucket: string,
    key: string,
    revision: number,
    options?: ReadOptions,
  ): Promise<Entry | undefined> {
    return this.call('getRevision', options, () => {
      checkKey(key);
      return this.find(bucket)
        .historyOf(key)
        .find((entry) => entry.revision === revision);
    });
  }

  getMany(
    bucket: string,
    keys: readonly string[],
    options?: CallOptions,
  ): Promise<(Entry | undefined)[]> {
    return this.call('getMany', options, () => {
      keys.forEach(checkKey);
      const target = this.find(bucket);
      return keys.map((key) => target.lastOf(key));
    });
  }

  history(bucket: string, key: string, options?: CallOptions): Promise<Entry[]> {
    return this.call('history', options, () => {
      checkKey(key);
      return this.find(bucket).historyOf(key);
    });
  }

  put(bucket: string, key: string, value: Uint8Array, options: PutOptions): Promise<WriteOutcome> {
    // A copy, as on the wire: what the caller does to its bytes later changes nothing here.
    const write: FakeWrite = { key, operation: 'PUT', value: value.slice() };
    return this.write('put', bucket, write, options, (target) => ttlOfPut(target, key, options));
  }

  delete(bucket: string, key: string, options: WriteOptions): Promise<WriteOutcome> {
    return this.write('delete', bucket, { key, operation: 'DEL', value: noBytes }, options);
  }

  purge(bucket: string, key: string, options: PurgeOptions): Promise<WriteOutcome> {
    const write: FakeWrite = { key, operation: 'PURGE', value: noBytes };
    return this.write('purge', bucket, write, options, (target) => ttlOfPurge(target, options));
  }

  async *list(bucket: string, options: ListOptions = {}): AsyncIterable<readonly KeyInfo[]> {
    const { filter = '>', signal } = options;
    const found = await this.call('list', options, () => this.find(bucket).last(filter));
    const batchSize = this.options.batchSize ?? 1000;
    for (let at = 0; at < found.length; at += batchSize) {
      yield found.slice(at, at + batchSize).map(toChange);
      throwIfCancelled(signal);
      this.checkLink();
    }
  }

  listNames(bucket: string, options: ListOptions = {}): Promise<string[]> {
    return this.call('listNames', options, () => {
      const found = this.find(bucket).last(options.filter);
      return found.map(({ key }) => key).sort();
    });
  }

  watch(bucket: string, options: WatchOptions & { readonly values: true }): Watch<Entry>;
  watch(bucket: string, options: WatchOptions): Watch;
  watch(bucket: string, options: WatchOptions): Watch {
    options.filters?.forEach(checkFilter);
    const watch = new FakeWatch(
      this.buckets.get(bucket),
      options,
      () => this.link.current.kind === 'connected',
      () => this.watches.delete(watch),
    );
    this.watches.add(watch);
    return watch;
  }

  reconnectNow(): void {
    if (this.link.current.kind === 'reconnecting') {
      this.goOnline();
    }
  }

  close(): Promise<void> {
    const error = new KvError('disconnected', 'the connection was closed');
    this.link.set({ kind: 'closed' });
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
    return this.call(call, options, () => {
      checkKey(write.key);
      const target = this.find(bucket);
      this.checkWritable(target, write.value.length);
      const ttl = ttlOf(target);
      const lost = this.loseWrite;
      this.loseWrite = undefined;
      if (lost !== 'before') {
        const { expected } = options;
        const base = expected === 'any' ? undefined : expected;
        const outcome = target.write({ ...write, ttl }, this.now(), base);
        if (!lost) {
          return outcome;
        }
      }
      return { kind: 'unknown', reason: 'the connection was lost before the server answered' };
    });
  }

  private checkWritable(bucket: FakeBucket, size: number): void {
    if (bucket.mirrorOf !== undefined) {
      throw new KvError('unsupported', `"${bucket.config.name}" is a mirror and cannot be written`);
    }
    const limit = Math.min(this.server.maxPayload, bucket.config.maxValueSize ?? Infinity);
    if (size > limit) {
      throw new KvError('tooLarge', `the value has ${size} bytes, the limit is ${limit}`);
    }
  }

  /** Runs one call as the link would: refused when offline, failed when told to, counted, late. */
  private async call<T>(
    name: FakeCall,
    options: CallOptions | undefined,
    run: () => T,
  ): Promise<T> {
    throwIfCancelled(options?.signal);
    this.checkLink();
    this.calls.push(name);
    await Promise.resolve();
    throwIfCancelled(options?.signal);
    this.checkLink();
    const failure = this.failures.get(name);
    this.failures.delete(name);
    if (failure) {
      throw failure;
    }
    return run();
  }

  private checkLink(): void {
    if (this.link.current.kind !== 'connected') {
      throw new KvError('disconnected', 'there is no connection to the server');
    }
  }

  private find(name: string): FakeBucket {
    checkBucketConfig({ name });
    const bucket = this.buckets.get(name);
    if (!bucket) {
      throw new KvError('notFound', `there is no bucket named "${name}"`);
    }
    return bucket;
  }
}

function checkKey(key: string): void {
  const problem = keyProblem(key);
  if (problem) {
    throw new KvError('invalidKey', problem.reason);
  }
}
