import type { BucketConfig, BucketEvent, BucketStatus } from '../bucket';
import type { Entry, KeyInfo, WriteOutcome } from '../entry';
import { KvError } from '../errors';
import { DisposableStore, type Event, type Observable } from '../event';
import type {
  CallOptions,
  KvConnection,
  LinkState,
  ListOptions,
  WriteOptions,
} from '../kvConnection';
import type { Watch, WatchOptions } from '../watch';
import { BucketEvents } from './bucketEvents';
import { Buckets } from './buckets';
import { Catalog } from './catalog';
import { Consumers } from './consumers';
import { EntryReader } from './entryReader';
import { EntryWriter } from './entryWriter';
import type { JetStreamApi } from './jetStreamApi';
import type { Link } from './link';
import { listKeys } from './listing';
import { NatsWatch } from './natsWatch';

/** Composes the parts of the adapter over one link, and keeps what is cached true. */
export class NatsConnection implements KvConnection {
  private readonly disposables = new DisposableStore();
  private readonly catalog: Catalog;
  private readonly buckets: Buckets;
  private readonly reader: EntryReader;
  private readonly writer: EntryWriter;
  private readonly consumers: Consumers;
  private readonly bucketEvents: BucketEvents;
  private readonly watches = new Map<NatsWatch, string>();

  constructor(
    private readonly link: Link,
    private readonly api: JetStreamApi,
  ) {
    this.catalog = new Catalog(api);
    this.buckets = new Buckets(link, api, this.catalog);
    this.reader = new EntryReader(link, api, this.catalog);
    this.writer = new EntryWriter(link, api, this.catalog);
    this.consumers = new Consumers(link, api);
    this.bucketEvents = this.disposables.add(new BucketEvents(link));
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

  listBuckets(options?: CallOptions): Promise<BucketStatus[]> {
    return this.buckets.list(options);
  }

  bucketStatus(bucket: string, options?: CallOptions): Promise<BucketStatus> {
    return this.buckets.status(bucket, options);
  }

  createBucket(config: BucketConfig, options?: CallOptions): Promise<BucketStatus> {
    return this.buckets.create(config, options);
  }

  deleteBucket(bucket: string, options?: CallOptions): Promise<void> {
    return this.buckets.delete(bucket, options);
  }

  get(bucket: string, key: string, options?: CallOptions): Promise<Entry | undefined> {
    return this.reader.get(bucket, key, options);
  }

  put(
    bucket: string,
    key: string,
    value: Uint8Array,
    options: WriteOptions,
  ): Promise<WriteOutcome> {
    return this.writer.put(bucket, key, value, options);
  }

  delete(bucket: string, key: string, options: WriteOptions): Promise<WriteOutcome> {
    return this.writer.delete(bucket, key, options);
  }

  list(bucket: string, options?: ListOptions): AsyncIterable<readonly KeyInfo[]> {
    const { link, catalog, consumers } = this;
    return listKeys({ link, catalog, consumers }, bucket, options);
  }

  watch(bucket: string, options: WatchOptions): Watch {
    const { link, catalog, consumers } = this;
    const context = { link, catalog, consumers };
    const onDispose = () => this.watches.delete(watch);
    const watch: NatsWatch = new NatsWatch(context, bucket, options.from, onDispose);
    this.watches.set(watch, bucket);
    return watch;
  }

  reconnectNow(): void {
    this.link.reconnectNow();
  }

  async close(): Promise<void> {
    const error = new KvError('disconnected', 'the connection was closed');
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
