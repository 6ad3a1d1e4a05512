import type { BucketSnapshot } from './backup';
import type { BatchChange, BatchOutcome } from './batch';
import type {
  BucketChange,
  BucketConfig,
  BucketEvent,
  BucketStatus,
  CompactCounts,
  StreamConfiguration,
  UnavailableBucket,
  UpdateOutcome,
} from './bucket';
import type { ConsumerList } from './consumer';
import type {
  Entry,
  ExpectedRevision,
  KeyInfo,
  RevisionInfo,
  Ttl,
  TtlChange,
  WriteOutcome,
} from './entry';
import type { KvError } from './errors';
import type { Event, Observable } from '../base/event';
import type { KeyBatch } from './keyBatch';
import type { Moment } from './moment';
import type { Watch, WatchOptions } from './watch';

/** What is known of the server at the other end. */
export interface ServerInfo {
  readonly name: string;
  readonly version: string;
  readonly cluster: string | undefined;
  /** `host:port` of the server in use. */
  readonly address: string;
  /** Largest message that the server takes, in bytes. */
  readonly maxPayload: number;
}

/**
 * The link's state. `silentSince`: the server answers nothing that was asked of it since then, though
 * the connection is not known to be lost. `reconnecting` counts the attempts since the link was lost at
 * `since`, with why the last of them failed; it goes on until it succeeds or `close` is called, also
 * while the login is refused. `closed` is final. Times are milliseconds since the epoch.
 */
export type LinkState =
  | { readonly kind: 'connected'; readonly server: ServerInfo; readonly silentSince?: number }
  | {
      readonly kind: 'reconnecting';
      readonly attempt: number;
      readonly since: number;
      readonly error?: KvError;
    }
  | { readonly kind: 'closed'; readonly error?: KvError };

/**
 * Why a dial is made: somebody asked for it and waits, who may be asked something too; or it is one of
 * those by which a link comes back by itself, which bother nobody.
 */
export type DialReason = 'askedFor' | 'byItself';

/** A use of JetStream against its limit; -1 for no limit. Sizes in bytes. */
export interface AccountUse {
  readonly used: number;
  readonly limit: number;
}

/** What is limited of JetStream, and how much of it is used. */
export interface AccountUses {
  readonly memory: AccountUse;
  readonly storage: AccountUse;
  readonly streams: AccountUse;
  readonly consumers: AccountUse;
  /** Whether a stream must have a limit of bytes. */
  readonly maxBytesRequired?: boolean;
  /** How many bytes a stream may ask for at most; omitted where that is not limited. */
  readonly largest?: Readonly<Partial<Record<'file' | 'memory', number>>>;
}

/** What the account uses of JetStream and may use (`$JS.API.INFO`), all of its tiers together. */
export interface AccountInfo extends AccountUses {
  /** The same for each number of replicas, by names such as `R3`, where the account has them apart. */
  readonly tiers: readonly (AccountUses & { readonly name: string })[];
  /** The JetStream domain that answered, where it has a name. */
  readonly domain: string | undefined;
  /** Level of the JetStream API (ADR-44); 0 before server 2.11. */
  readonly apiLevel: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface UpdateOptions extends CallOptions {
  /** The configuration that the change was made from (`BucketStatus.streamConfig`). */
  readonly expected?: StreamConfiguration;
  /** When the bucket was made that the change is for (`BucketStatus.created`): another one is left alone. */
  readonly created?: number;
}

export interface CompactOptions extends CallOptions {
  /** Younger markers stay, by this computer's clock; only the history before them goes. */
  readonly olderThanMs: number;
  /** Told after each key. */
  readonly onProgress?: (counts: CompactCounts) => void;
}

export interface ReadOptions extends CallOptions {
  /**
   * True to ask the leader, which knows every acknowledged write. Otherwise a replica or a mirror
   * may answer, which may be a moment behind.
   */
  readonly consistent?: boolean;
}

export interface ReadManyOptions extends CallOptions {
  /**
   * Told of a key whose message cannot be read, which then counts as undefined; without it the whole call
   * fails.
   */
  readonly onUnreadable?: (key: string, error: KvError) => void;
  /**
   * Reads the last message that each key had at that moment. Undefined where none is stored: there was
   * none yet, or it has gone since, which cannot be told apart.
   */
  readonly asOf?: Moment;
}

export interface WriteOptions extends CallOptions {
  /** Compare-and-swap: the write happens only when this is the key's last revision; 'any' always. */
  readonly expected: ExpectedRevision | 'any';
  /**
   * When the bucket was created in which `expected` was seen. One that was deleted and made again has
   * other messages under the same numbers: then it throws `notFound`, as far as that is known by now.
   */
  readonly bucketCreated?: number | undefined;
}

export interface PutOptions extends WriteOptions {
  /**
   * Throws `unsupported` where the server or the bucket lacks TTLs, and for a TTL set on a value
   * whose predecessor would come back to life when it ends (history above 1).
   */
  readonly ttl?: TtlChange;
  /** Headers to store with the value; those of NATS itself are not for callers to set. */
  readonly headers?: Entry['headers'];
}

export interface BatchOptions extends CallOptions {
  /**
   * Names the batch, at most 64 characters and used once. The messages keep it, so that what became of the
   * batch can be read back (`batchOf`).
   */
  readonly id: string;
  /** See `WriteOptions`. */
  readonly bucketCreated?: number | undefined;
}

export interface PurgeOptions extends WriteOptions {
  /** How long the marker stays. Throws `unsupported` where the server or the bucket lacks TTLs. */
  readonly ttl?: Ttl;
}

export interface ListBucketsOptions extends CallOptions {
  /** Told of each bucket that cannot be used: its stream has no leader, or is none of a bucket. */
  readonly onUnavailable?: (bucket: UnavailableBucket) => void;
}

export interface ListOptions extends CallOptions {
  /** A subject filter below the bucket, such as `orders.>`; the whole bucket when omitted. */
  readonly filter?: string;
  /** Every stored message instead of the last one of each key: those of a key in their order. */
  readonly history?: boolean;
  /** The values too, as far as they come with the listing: see `KeyBatch.valueAt`. */
  readonly values?: boolean;
}

export interface RestoreOptions extends CallOptions {
  /** Told of the bytes that the server has taken so far. */
  readonly onProgress?: (bytes: number) => void;
}

export interface DeleteBucketOptions extends CallOptions {
  /** See `WriteOptions`. */
  readonly bucketCreated?: number | undefined;
}

export interface TrimOptions extends CallOptions {
  /** Messages of lower revisions go. */
  readonly before: number;
  /** See `WriteOptions`. */
  readonly bucketCreated?: number | undefined;
}

/**
 * One connection to a NATS system, as everything above the wire sees it. Every call throws a
 * `KvError`; while the link is down calls fail at once with `disconnected` and nothing is sent.
 */
export interface KvConnection {
  readonly state: Observable<LinkState>;

  /** Buckets that came, went or changed, where the account may listen to JetStream's advisories. */
  readonly onDidChangeBuckets: Event<BucketEvent>;

  /** Time of one round trip in milliseconds. */
  rtt(): Promise<number>;

  /** The account's use of JetStream and its limits. Throws `jetStreamOff` or `denied`. */
  accountInfo(options?: CallOptions): Promise<AccountInfo>;

  /** All buckets sorted by name, mirrors included. Throws `jetStreamOff` or `denied`. */
  listBuckets(options?: ListBucketsOptions): Promise<BucketStatus[]>;

  /** One bucket by name. Throws `notFound`; never creates it. */
  bucketStatus(bucket: string, options?: CallOptions): Promise<BucketStatus>;

  /**
   * Who watches, lists or works through a bucket: a request for 256 of them, for some 2,000 at most.
   * Throws `notFound` or `denied`.
   */
  listConsumers(bucket: string, options?: CallOptions): Promise<ConsumerList>;

  /**
   * Creates a bucket. Throws `alreadyExists`, `invalidBucket`, `limitReached`, `unsupported` for
   * markers before server 2.11, or `invalidConfig` naming the field when the server refused or
   * silently changed what was asked; in the latter case the bucket is there.
   */
  createBucket(config: BucketConfig, options?: CallOptions): Promise<BucketStatus>;

  /**
   * Changes a bucket's configuration; every field that is not named goes back as the server told it,
   * unknown ones too. The configuration is read anew just before it is sent, and nothing is sent when
   * it is not the expected one: a change by another client between these two requests is lost, since
   * the protocol has no compare-and-swap for it. Throws as `createBucket` does, and `notFound`.
   */
  updateBucket(
    bucket: string,
    change: BucketChange,
    options?: UpdateOptions,
  ): Promise<UpdateOutcome>;

  /**
   * Removes the markers of deleted, purged and expired keys and the history before them. A key that is
   * written meanwhile stays. May be repeated at any time. Throws `unsupported` for a mirror, `cancelled`.
   */
  compact(bucket: string, options: CompactOptions): Promise<CompactCounts>;

  /**
   * Removes the messages of a key below a revision for good, without a marker; what is stored later
   * stays. Returns how many there were. May be repeated. Throws `unsupported` for a mirror.
   */
  trim(bucket: string, key: string, options: TrimOptions): Promise<number>;

  /**
   * Has the server that leads a bucket's copies hand over to another one. Throws `unsupported` where
   * there is no cluster.
   */
  stepDown(bucket: string, options?: CallOptions): Promise<void>;

  /**
   * All that a bucket holds, as the server packs it: what was stored by the time of the answer. Its chunks
   * have to be read, or the signal aborted. Throws `notFound`, `denied`; reading them `disconnected`,
   * `timeout`, `cancelled`, `server`, and then what was read is of no use.
   */
  snapshot(bucket: string, options?: CallOptions): Promise<BucketSnapshot>;

  /**
   * Makes a bucket of what `snapshot` gave, under the name that it had, with its revisions and times; its
   * own time of creation is the old one before server 2.15, and that of the restore since. Throws
   * `alreadyExists` before anything is done where there is one; `server` for what is damaged or cut.
   * When it fails or is cancelled, what the server had made by then is deleted again; where that
   * cannot be done the error says so.
   */
  restore(snapshot: BucketSnapshot, options?: RestoreOptions): Promise<BucketStatus>;

  /** Deletes a bucket with all of its keys. Throws `notFound`. */
  deleteBucket(bucket: string, options?: DeleteBucketOptions): Promise<void>;

  /**
   * The last message of a key, a marker included, or undefined when there is none: one request
   * where the bucket has been seen before (`allow_direct`, ADR-31), else the bucket is looked up first.
   */
  get(bucket: string, key: string, options?: ReadOptions): Promise<Entry | undefined>;

  /** One stored message of a key; undefined when it is gone or that revision is another key's. */
  getRevision(
    bucket: string,
    key: string,
    revision: number,
    options?: ReadOptions,
  ): Promise<Entry | undefined>;

  /**
   * The last message of each key, in the order asked, undefined where there is none: in batches
   * (`multi_last`, server 2.11), else by single gets of which many are in flight. As of a moment it is
   * batches too, else the history of each key and a get.
   */
  getMany(
    bucket: string,
    keys: readonly string[],
    options?: ReadManyOptions,
  ): Promise<(Entry | undefined)[]>;

  /** Every stored message of a key with its value, markers included, oldest first. */
  history(bucket: string, key: string, options?: CallOptions): Promise<Entry[]>;

  /** The same without the values, which are not sent: `getRevision` reads one that is wanted. */
  historyInfo(bucket: string, key: string, options?: CallOptions): Promise<RevisionInfo[]>;

  /**
   * Puts a value in one request, by compare-and-swap. Throws `tooLarge`, naming both sizes, before it
   * is sent where the limit is known, and `limitReached` when the bucket is full.
   */
  put(bucket: string, key: string, value: Uint8Array, options: PutOptions): Promise<WriteOutcome>;

  /** Leaves a DEL marker in one request, by compare-and-swap; history stays. */
  delete(bucket: string, key: string, options: WriteOptions): Promise<WriteOutcome>;

  /** Leaves a PURGE marker in one request, by compare-and-swap; all older revisions go. */
  purge(bucket: string, key: string, options: PurgeOptions): Promise<WriteOutcome>;

  /**
   * Writes up to 1,000 keys in one atomic batch: all of them or none, each by compare-and-swap. The bucket
   * is looked up first. Throws `unsupported` where it does not take batches (`takesBatches`), and as `put`
   * does, naming the key; nothing is stored then. `writeBatch` of operations/ tells which keys conflict.
   */
  writeBatch(
    bucket: string,
    changes: readonly BatchChange[],
    options: BatchOptions,
  ): Promise<BatchOutcome>;

  /**
   * Every stored message of a bucket without its value, markers included, by revision. Throws
   * `limitReached` beyond 100,000: `BucketStatus.values` tells how many there are.
   */
  messages(bucket: string, options?: CallOptions): Promise<KeyInfo[]>;

  /**
   * The last message of each key, markers included, in batches and in no particular order, as the
   * server streams them. Ends when all that was stored at the start has been told; breaking out of
   * the loop or aborting stops the server too.
   */
  list(bucket: string, options?: ListOptions): AsyncIterable<KeyBatch>;

  /**
   * The same with values and headers, by revision. A reader who takes time is waited for. When messages
   * are lost on the way it starts anew, so that some may be told twice.
   */
  read(bucket: string, options?: ListOptions): AsyncIterable<readonly Entry[]>;

  /**
   * The last messages of some keys of a large bucket, long before `list` has any: a batched direct get
   * (server 2.11). Whoever answers may be a moment behind, so none of them may stay that `list` does not
   * tell. None where the server lacks it, and for a bucket that `list` brings as soon.
   */
  firstKeys(bucket: string, options?: CallOptions): Promise<KeyBatch>;

  /**
   * The names alone, sorted by code units: of every key that has a message, one whose last message
   * is a marker included, since the server counts subjects. For up to 100,000 names it answers at
   * once (one STREAM.INFO), more come as `list` brings them. Facts of some of them: `getMany`.
   */
  listNames(bucket: string, options?: ListOptions): Promise<string[]>;

  /**
   * Messages that the bucket's stream holds under subjects of none of its keys, such as what it copies
   * from other buckets as it is; 0 where this account may not ask.
   */
  countOtherMessages(bucket: string, options?: CallOptions): Promise<number>;

  /**
   * Watches a bucket. Returns at once; how it goes is told by the watch's state. Throws `invalidKey`
   * for what is no filter. Headers of a value that cannot be read are left out.
   */
  watch(bucket: string, options: WatchOptions & { readonly values: true }): Watch<Entry>;
  watch(bucket: string, options: WatchOptions): Watch;

  /** Dials again now instead of waiting for the next attempt. */
  reconnectNow(): void;

  /** Closes the link. Pending calls fail with `disconnected`. */
  close(): Promise<void>;
}
