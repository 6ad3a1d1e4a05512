import { t } from '../base/l10n';
import type { BucketSnapshot } from '../model/backup';
import type { BatchChange, BatchOutcome } from '../model/batch';
import type {
  BucketChange,
  BucketConfig,
  BucketEvent,
  BucketStatus,
  CompactCounts,
  UpdateOutcome,
} from '../model/bucket';
import type { ConsumerList } from '../model/consumer';
import type { Entry, KeyInfo, RevisionInfo, WriteOutcome } from '../model/entry';
import { KvError } from '../model/errors';
import { DisposableStore, type Event, type Observable } from '../base/event';
import type { KeyBatch } from '../model/keyBatch';
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
} from '../model/kvConnection';
import type { Watch, WatchOptions } from '../model/watch';
import type { WriteGuard } from '../session/writeLock';
import { defaultApiPrefix, domainOf } from './wire/apiPrefix';
import { accountInfo, toAccountInfo } from './buckets/accountInfo';
import { BucketEvents } from './buckets/bucketEvents';
import { BatchWriter } from './entries/batchWriter';
import { Buckets } from './buckets/buckets';
import { Catalog } from './buckets/catalog';
import type { Channel } from './wire/channel';
import { Compaction } from './buckets/compaction';
import { listConsumers } from './consumers/consumerList';
import { Consumers } from './consumers/consumers';
import { EntryReader } from './entries/entryReader';
import { EntryWriter } from './entries/entryWriter';
import { Features } from './buckets/features';
import { readFirstKeys } from './entries/firstKeys';
import { planFilters } from './consumers/filterPlan';
import { HistoryReader } from './entries/historyReader';
import type { JetStreamApi } from './wire/jetStreamApi';
import type { Link } from './link/link';
import { listKeys, readEntries } from './consumers/listing';
import { MultiReader } from './entries/multiReader';
import { listKeyNames } from './consumers/nameListing';
import { countOtherMessages } from './consumers/otherMessages';
import { NatsWatch } from './consumers/natsWatch';
import { entryReaderOf, keyInfoReaderOf } from './consumers/watchReaders';
import { restoreSnapshot } from './buckets/restore';
import { takeSnapshot } from './buckets/snapshot';
import { trimKey } from './buckets/trimKey';
import { TtlPolicy } from './entries/ttlPolicy';

/** Composes the parts of the adapter over one link, and keeps what is cached true. */
export class NatsConnection implements KvConnection {
  private readonly disposables = new DisposableStore();
  private readonly catalog: Catalog;
  private readonly features: Features;
  private readonly buckets: Buckets;
  private readonly reader: EntryReader;
  private readonly multiReader: MultiReader;
  private readonly historyReader: HistoryReader;
  private readonly writer: EntryWriter;
  private readonly batchWriter: BatchWriter;
  private readonly consumers: Consumers;
  private readonly bucketEvents: BucketEvents;
  private readonly watches = new Map<NatsWatch, string>();

  constructor(
    private readonly link: Link,
    private readonly api: JetStreamApi,
    private readonly lock: WriteGuard,
  ) {
    this.catalog = new Catalog(api);
    const { catalog } = this;
    const features = (this.features = new Features(api));
    this.buckets = new Buckets(link, api, catalog, features, lock);
    const reader = (this.reader = new EntryReader(link, api, catalog));
    const ttlPolicy = new TtlPolicy({ catalog, features, reader });
    this.writer = new EntryWriter({ link, api, catalog, ttlPolicy, lock });
    this.batchWriter = new BatchWriter({ link, api, catalog, ttlPolicy, lock });
    const consumers = (this.consumers = new Consumers(link, api));
    const histories = (this.historyReader = new HistoryReader({ link, catalog, consumers }));
    this.multiReader = new MultiReader({ link, api, catalog, features, reader, histories });
    const isDefault = api.prefix === defaultApiPrefix;
    const domain = (channel: Channel) => (isDefault ? channel.domain : domainOf(api.prefix));
    this.bucketEvents = this.disposables.add(new BucketEvents(link, domain));
    this.disposables.add(this.bucketEvents.event((event) => this.bucketChanged(event)));
    this.disposables.add(link.state.onDidChange(() => this.catalog.forget()));
  }

  get state(): Observable<LinkState> {
    return this.link.state;
  }

  get onDidChangeBuckets(): Event<BucketEvent> {
    return this.bucketEvents.event;
  }

  async rtt(): Promise<number> {
    const start = performance.now();
    await this.link.current.flush(this.api.timeoutMs);
    return performance.now() - start;
  }

  async accountInfo(options?: CallOptions): Promise<AccountInfo> {
    const { api, link } = this;
    return toAccountInfo(await api.call(link.current, 'INFO', accountInfo, undefined, options));
  }

  listBuckets(options?: ListBucketsOptions): Promise<BucketStatus[]> {
    return this.buckets.list(options);
  }

  bucketStatus(bucket: string, options?: CallOptions): Promise<BucketStatus> {
    return this.buckets.status(bucket, options);
  }

  async listConsumers(bucket: string, options?: CallOptions): Promise<ConsumerList> {
    return listConsumers(this.api, this.link.current, bucket, options);
  }

  createBucket(config: BucketConfig, options?: CallOptions): Promise<BucketStatus> {
    return this.buckets.create(config, options);
  }

  updateBucket(
    bucket: string,
    change: BucketChange,
    options?: UpdateOptions,
  ): Promise<UpdateOutcome> {
    return this.buckets.update(bucket, change, options);
  }

  async compact(bucket: string, options: CompactOptions): Promise<CompactCounts> {
    const { link, api, catalog, consumers, lock } = this;
    return new Compaction({ link, api, catalog, consumers, lock }, bucket, options).run();
  }

  trim(bucket: string, key: string, options: TrimOptions): Promise<number> {
    const { link, api, catalog, lock } = this;
    return trimKey({ link, api, catalog, lock }, bucket, key, options);
  }

  stepDown(bucket: string, options?: CallOptions): Promise<void> {
    return this.buckets.stepDown(bucket, options);
  }

  snapshot(bucket: string, options?: CallOptions): Promise<BucketSnapshot> {
    const { link, api, catalog } = this;
    return takeSnapshot({ link, api, catalog }, bucket, options);
  }

  restore(snapshot: BucketSnapshot, options?: RestoreOptions): Promise<BucketStatus> {
    const { link, api, catalog, lock } = this;
    return restoreSnapshot({ link, api, catalog, lock }, snapshot, options);
  }

  deleteBucket(bucket: string, options?: DeleteBucketOptions): Promise<void> {
    return this.buckets.delete(bucket, options);
  }

  get(bucket: string, key: string, options?: ReadOptions): Promise<Entry | undefined> {
    return this.reader.get(bucket, key, options);
  }

  getRevision(
    bucket: string,
    key: string,
    revision: number,
    options?: ReadOptions,
  ): Promise<Entry | undefined> {
    return this.reader.getRevision(bucket, key, revision, options);
  }

  getMany(
    bucket: string,
    keys: readonly string[],
    options?: ReadManyOptions,
  ): Promise<(Entry | undefined)[]> {
    return this.multiReader.getMany(bucket, keys, options);
  }

  history(bucket: string, key: string, options?: CallOptions): Promise<Entry[]> {
    return this.historyReader.read(bucket, key, options);
  }

  historyInfo(bucket: string, key: string, options?: CallOptions): Promise<RevisionInfo[]> {
    return this.historyReader.readInfo(bucket, key, options);
  }

  messages(bucket: string, options?: CallOptions): Promise<KeyInfo[]> {
    return this.historyReader.readBucket(bucket, options);
  }

  put(bucket: string, key: string, value: Uint8Array, options: PutOptions): Promise<WriteOutcome> {
    return this.writer.put(bucket, key, value, options);
  }

  delete(bucket: string, key: string, options: WriteOptions): Promise<WriteOutcome> {
    return this.writer.delete(bucket, key, options);
  }

  purge(bucket: string, key: string, options: PurgeOptions): Promise<WriteOutcome> {
    return this.writer.purge(bucket, key, options);
  }

  writeBatch(
    bucket: string,
    changes: readonly BatchChange[],
    options: BatchOptions,
  ): Promise<BatchOutcome> {
    return this.batchWriter.write(bucket, changes, options);
  }

  list(bucket: string, options?: ListOptions): AsyncIterable<KeyBatch> {
    const { link, catalog, consumers } = this;
    return listKeys({ link, catalog, consumers }, bucket, options);
  }

  read(bucket: string, options?: ListOptions): AsyncIterable<readonly Entry[]> {
    const { link, catalog, consumers } = this;
    return readEntries({ link, catalog, consumers }, bucket, options);
  }

  firstKeys(bucket: string, options?: CallOptions): Promise<KeyBatch> {
    const { api, catalog, features } = this;
    return readFirstKeys({ api, catalog, features }, this.link.current, bucket, options);
  }

  listNames(bucket: string, options?: ListOptions): Promise<string[]> {
    const { link, api, catalog, consumers } = this;
    return listKeyNames({ link, api, catalog, consumers }, bucket, options);
  }

  countOtherMessages(bucket: string, options?: CallOptions): Promise<number> {
    const { link, api, catalog, consumers } = this;
    return countOtherMessages({ link, api, catalog, consumers }, bucket, options);
  }

  watch(bucket: string, options: WatchOptions & { readonly values: true }): Watch<Entry>;
  watch(bucket: string, options: WatchOptions): Watch;
  watch(bucket: string, { from, since, filters, values = false }: WatchOptions): Watch {
    const { link, catalog, consumers } = this;
    const context = { link, catalog, consumers };
    const plan = planFilters(filters);
    const readerOf = values ? entryReaderOf : keyInfoReaderOf;
    const onDispose = () => this.watches.delete(watch);
    const request = { bucket, from, since, plan, values, readerOf };
    const watch: NatsWatch = new NatsWatch(context, request, onDispose);
    this.watches.set(watch, bucket);
    return watch;
  }

  reconnectNow(): void {
    this.link.reconnectNow();
  }

  async close(): Promise<void> {
    const error = new KvError('disconnected', t('the connection was closed'));
    this.watches.forEach((_, watch) => watch.fail(error));
    await this.consumers.close();
    this.disposables.dispose();
    await this.link.close();
  }

  private bucketChanged({ kind, bucket }: BucketEvent): void {
    if (kind === 'created') {
      return;
    }
    this.catalog.forget(bucket);
    if (kind === 'deleted') {
      this.watches.forEach((watched, watch) => watched === bucket && watch.verify());
    }
  }
}
