import type {
  BucketChange,
  BucketConfig,
  BucketEvent,
  BucketStatus,
  UpdateOutcome,
} from '../../src/kv/model/bucket';
import type { Entry, Operation } from '../../src/kv/model/entry';
import { KvError } from '../../src/kv/model/errors';
import { Emitter } from '../../src/kv/base/event';
import type { AccountInfo, UpdateOptions } from '../../src/kv/model/kvConnection';
import { checkChange } from '../../src/kv/nats/buckets/bucketUpdate';
import { differingFields } from '../../src/kv/nats/buckets/changedFields';
import { checkBucketConfig } from '../../src/kv/nats/buckets/streamConfig';
import { FakeBucket, type FakeWrite } from './fakeBucket';

const noBytes = new Uint8Array();

/**
 * Owns the buckets of a NATS system in memory; changes only through its methods. The `foreign…` ones
 * act as another client does, whatever becomes of the connection under test.
 */
export class FakeSystem {
  /** Level of the JetStream API that the account is told; 0 as before server 2.11. */
  apiLevel = 5;
  private readonly buckets = new Map<string, FakeBucket>();
  /** When the last bucket of each name was created: no two of a name are at one time. */
  private readonly createds = new Map<string, number>();
  private readonly events = new Emitter<BucketEvent>();
  protected readonly onDidChange = this.events.event;

  /** `now` is the clock, in milliseconds since the epoch. */
  constructor(protected readonly now: () => number) {}

  /** Creates a bucket as another client would. */
  foreignCreateBucket(config: BucketConfig): void {
    const created = Math.max(this.now(), (this.createds.get(config.name) ?? 0) + 1);
    this.createds.set(config.name, created);
    const bucket = new FakeBucket(config, created);
    const origins = config.mirror ? [config.mirror] : (config.sources ?? []);
    origins.forEach((origin) => bucket.copyFrom(this.find(origin.bucket)));
    this.foreignAddBucket(bucket);
  }

  /** Puts a bucket that was made elsewhere in its place. */
  foreignAddBucket(bucket: FakeBucket): void {
    const { name } = bucket.config;
    this.buckets.set(name, bucket);
    this.events.fire({ kind: 'created', bucket: name });
  }

  /** Changes a bucket's configuration as another client would. */
  foreignUpdateBucket(name: string, change: BucketChange): void {
    this.find(name).update(change);
    this.events.fire({ kind: 'updated', bucket: name });
  }

  /** Creates a mirror of a bucket, as an administrator would. */
  foreignMirror(name: string, origin: string): void {
    this.foreignCreateBucket({ name, mirror: { bucket: origin } });
  }

  /** Deletes a bucket as another client would. */
  foreignDeleteBucket(name: string): void {
    const bucket = this.find(name);
    this.buckets.delete(name);
    bucket.remove();
    this.events.fire({ kind: 'deleted', bucket: name });
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

  hasBucket(name: string): boolean {
    return this.buckets.has(name);
  }

  /** The live value of a key as text, as another client sees it. */
  foreignGet(bucket: string, key: string): string | undefined {
    const entry = this.buckets.get(bucket)?.lastOf(key);
    return entry?.operation === 'PUT' ? new TextDecoder().decode(entry.value) : undefined;
  }

  /** Has a bucket lose messages without a word to anybody, as an expiry without a marker does. */
  foreignLose(bucket: string, isLost: (entry: Entry) => boolean): void {
    this.find(bucket).lose(isLost);
  }

  /** Has a bucket's stream hold messages under subjects of none of its keys. */
  foreignOthers(bucket: string, count: number): void {
    this.find(bucket).others = count;
  }

  /** Stores any message, with headers of the test's choice. Returns its revision. */
  foreignWrite(bucket: string, write: FakeWrite): number {
    const outcome = this.find(bucket).write(write, this.now());
    return outcome.kind === 'saved' ? outcome.revision : 0;
  }

  /** What the account uses; nothing is limited. */
  protected use(): AccountInfo {
    const unlimited = { used: 0, limit: -1 };
    const stored = this.statuses().reduce((sum, { size }) => sum + size, 0);
    return {
      memory: unlimited,
      storage: { used: stored, limit: -1 },
      streams: { used: this.buckets.size, limit: -1 },
      consumers: unlimited,
      tiers: [],
      domain: undefined,
      apiLevel: this.apiLevel,
    };
  }

  /** Of every bucket, by name. */
  protected statuses(): BucketStatus[] {
    return [...this.buckets.values()]
      .map((bucket) => bucket.status(this.now()))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  protected create(config: BucketConfig): BucketStatus {
    checkBucketConfig(config);
    if (this.buckets.has(config.name)) {
      throw new KvError('alreadyExists', `a bucket named "${config.name}" already exists`);
    }
    this.foreignCreateBucket(config);
    return this.find(config.name).status(this.now());
  }

  protected update(
    name: string,
    change: BucketChange,
    { expected, created }: UpdateOptions,
  ): UpdateOutcome {
    checkChange(change);
    const status = this.find(name).status(this.now());
    const fields = expected ? differingFields(expected, status.streamConfig) : [];
    if (fields.length > 0 || (created !== undefined && created !== status.created)) {
      return { kind: 'conflict', status, fields };
    }
    this.foreignUpdateBucket(name, change);
    return { kind: 'saved', status: this.find(name).status(this.now()) };
  }

  protected findIfAny(name: string): FakeBucket | undefined {
    return this.buckets.get(name);
  }

  /** Throws `invalidBucket` or `notFound`. */
  protected find(name: string): FakeBucket {
    checkBucketConfig({ name });
    const bucket = this.buckets.get(name);
    if (!bucket) {
      throw new KvError('notFound', `there is no bucket named "${name}"`);
    }
    return bucket;
  }
}
