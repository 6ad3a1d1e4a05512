import type { BucketConfig, BucketEvent, BucketStatus } from './bucket';
import type { Entry, ExpectedRevision, KeyInfo, WriteOutcome } from './entry';
import type { KvError } from './errors';
import type { Event, Observable } from './event';
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
 * The link's state. `reconnecting` counts the attempts since the link was lost at `since`
 * (milliseconds since the epoch); it goes on until it succeeds or `close` is called. `closed` is final.
 */
export type LinkState =
  | { readonly kind: 'connected'; readonly server: ServerInfo }
  | { readonly kind: 'reconnecting'; readonly attempt: number; readonly since: number }
  | { readonly kind: 'closed'; readonly error?: KvError };

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface WriteOptions extends CallOptions {
  /** Compare-and-swap: the write happens only when this is the key's last revision. */
  readonly expected: ExpectedRevision;
}

export interface ListOptions extends CallOptions {
  /** A subject filter below the bucket, such as `orders.>`; the whole bucket when omitted. */
  readonly filter?: string;
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

  /** All buckets sorted by name, mirrors included. Throws `jetStreamOff` or `denied`. */
  listBuckets(options?: CallOptions): Promise<BucketStatus[]>;

  /** One bucket by name. Throws `notFound`; never creates it. */
  bucketStatus(bucket: string, options?: CallOptions): Promise<BucketStatus>;

  /**
   * Creates a bucket. Throws `alreadyExists`, `invalidBucket`, or `invalidConfig` naming the field
   * when the server refused or silently changed what was asked.
   */
  createBucket(config: BucketConfig, options?: CallOptions): Promise<BucketStatus>;

  /** Deletes a bucket with all of its keys. Throws `notFound`. */
  deleteBucket(bucket: string, options?: CallOptions): Promise<void>;

  /**
   * The last message of a key, a marker included, or undefined when there is none: one request
   * where the bucket has been seen before (`allow_direct`, ADR-31), else the bucket is looked up first.
   */
  get(bucket: string, key: string, options?: CallOptions): Promise<Entry | undefined>;

  /** Puts a value in one request, by compare-and-swap. Throws `tooLarge` before anything is sent. */
  put(bucket: string, key: string, value: Uint8Array, options: WriteOptions): Promise<WriteOutcome>;

  /** Leaves a DEL marker in one request, by compare-and-swap; history stays. */
  delete(bucket: string, key: string, options: WriteOptions): Promise<WriteOutcome>;

  /**
   * The last message of each key, markers included, in batches and in no particular order, as the
   * server streams them. Ends when all that was stored at the start has been told; breaking out of
   * the loop or aborting stops the server too.
   */
  list(bucket: string, options?: ListOptions): AsyncIterable<readonly KeyInfo[]>;

  /** Watches a bucket. Returns at once; how it goes is told by the watch's state. */
  watch(bucket: string, options: WatchOptions): Watch;

  /** Dials again now instead of waiting for the next attempt. */
  reconnectNow(): void;

  /** Closes the link. Pending calls fail with `disconnected`. */
  close(): Promise<void>;
}
