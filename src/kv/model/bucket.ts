/** Where the server puts a bucket's copies. */
export interface Placement {
  readonly cluster?: string;
  /** Tags that a server must have. */
  readonly tags?: readonly string[];
}

/** Every stored message is published again, outside the bucket (server 2.8.3). */
export interface Republish {
  /** Which subjects, such as `$KV.orders.>`; `>` for all. */
  readonly source: string;
  /** The subject that they are published to, such as `orders.changed.>`. */
  readonly destination: string;
  /** Without the values. */
  readonly headersOnly?: boolean;
}

/** A bucket that another one copies from, as a mirror (all of it) or as one of its sources. */
export interface BucketOrigin {
  /** Without `KV_`. */
  readonly bucket: string;
  /** Only the keys of this subject filter, such as `eu.>`; all when omitted. */
  readonly filter?: string;
  /** The JetStream API to copy over: `$JS.<domain>.API`, or what another account exports. */
  readonly apiPrefix?: string;
  /** Prefix of the subjects that another account delivers to. */
  readonly deliverPrefix?: string;
  /** The first revision to copy. */
  readonly startRevision?: number;
  /** Copies what was stored since, in milliseconds since the epoch. */
  readonly startTime?: number;
}

/** How far a copy has come. */
export interface OriginStatus extends BucketOrigin {
  /** Messages of the origin that have yet to come; undefined when the server does not tell. */
  readonly lag: number | undefined;
  /** Milliseconds since the last sign of life of the origin; undefined when there was none yet. */
  readonly active: number | undefined;
  /** Why copying does not work at the moment, in the server's words. */
  readonly error: string | undefined;
}

/** One more server that holds a copy of a bucket. */
interface ClusterPeer {
  readonly name: string;
  /** Whether it has everything that the leader has. */
  readonly current: boolean;
  readonly offline: boolean;
  /** Milliseconds since the leader heard of it; undefined when never. */
  readonly active: number | undefined;
  /** Operations that it is behind. */
  readonly lag: number;
}

/** The servers of a cluster that hold a bucket. */
export interface ClusterStatus {
  readonly name: string | undefined;
  /** Undefined while there is none: then nothing can be written. */
  readonly leader: string | undefined;
  /** All but the leader. */
  readonly peers: readonly ClusterPeer[];
}

/**
 * The configuration of a bucket's stream as the server sent it, in the server's names and units,
 * with every field, known here or not. Numbers that a double cannot hold are `JSON.rawJSON`, so that
 * `JSON.stringify` gives back each digit.
 */
export type StreamConfiguration = Readonly<Record<string, unknown>>;

/** What is known of a bucket: its configuration and its state. */
export interface BucketStatus {
  readonly name: string;
  readonly description: string;
  /** When the stream was created, in milliseconds since the epoch. */
  readonly created: number;
  /** Bytes stored, history and markers included. */
  readonly size: number;
  /** Messages stored, history and markers included: what `nats kv ls` calls values. */
  readonly values: number;
  /** Distinct subjects: live keys plus those whose last message is a marker. */
  readonly subjects: number;
  /** When the last message was stored, in milliseconds since the epoch; undefined when never. */
  readonly lastUpdate: number | undefined;
  /** Consumers that read it now, of whoever. */
  readonly consumers: number;
  /** Sequence of the last message ever stored; 0 when there was none. */
  readonly lastRevision: number;
  /** No message of a lower sequence is there any more; one more than the last when there is none. */
  readonly firstRevision: number;
  /** What time it was for the server when it told this, in milliseconds since the epoch (server 2.10). */
  readonly asOf: number | undefined;
  /** When the message of `firstRevision` was stored, in milliseconds since the epoch. */
  readonly firstTime: number | undefined;
  /** Revisions kept for each key, 1 to 64; -1 for all, where a stream was made without a limit. */
  readonly history: number;
  /** Age at which values expire, in milliseconds; 0 means never. */
  readonly ttl: number;
  /**
   * How long the marker of an expired key stays, in milliseconds (`subject_delete_marker_ttl`,
   * server 2.11); 0 when keys expire without one.
   */
  readonly markerTtl: number;
  /** Whether single values can have an expiry of their own (`allow_msg_ttl`, server 2.11). */
  readonly allowTtl: boolean;
  readonly storage: 'file' | 'memory';
  readonly replicas: number;
  /** Limits in bytes; -1 means unlimited. */
  readonly maxBytes: number;
  readonly maxValueSize: number;
  readonly compressed: boolean;
  readonly placement: Placement | undefined;
  readonly republish: Republish | undefined;
  /** The bucket whose copy this is, when it is a mirror; a mirror cannot be written. */
  readonly mirrorOf: string | undefined;
  /** How the copying of a mirror goes. */
  readonly mirror: OriginStatus | undefined;
  /** The buckets whose keys are copied into this one. */
  readonly sources: readonly OriginStatus[];
  /** What its owner noted, without the server's own `_nats.…` (ADR-33, server 2.10). */
  readonly metadata: Readonly<Record<string, string>>;
  /** Undefined on a single server, which tells nothing of itself. */
  readonly cluster: ClusterStatus | undefined;
  /** Whether gets may be answered without the leader (`allow_direct`, server 2.9). */
  readonly allowDirect: boolean;
  /**
   * What stands before a key in the subjects of its messages: `$KV.<bucket>.`, but for a mirror or an
   * aggregate what its origin has.
   */
  readonly keyPrefix: string;
  readonly streamConfig: StreamConfiguration;
}

/** What to create. Omitted fields take the defaults of ADR-8. */
export interface BucketConfig {
  readonly name: string;
  readonly description?: string;
  /** 1 (the default) to 64. */
  readonly history?: number;
  /** Milliseconds; 0 (the default) means that values do not expire, else at least 100. */
  readonly ttl?: number;
  /** Milliseconds that markers of expired keys stay, at least 1000; 0 (the default) for none. */
  readonly markerTtl?: number;
  readonly storage?: 'file' | 'memory';
  readonly replicas?: number;
  readonly maxBytes?: number;
  readonly maxValueSize?: number;
  /** S2 compression (server 2.10). */
  readonly compressed?: boolean;
  readonly placement?: Placement;
  readonly republish?: Republish;
  /** Makes a read-only copy of another bucket; excludes `sources` and `markerTtl`. */
  readonly mirror?: BucketOrigin;
  /** Other buckets whose keys are copied into this one, under its own name (server 2.10). */
  readonly sources?: readonly BucketOrigin[];
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * Fields of the stream's configuration in the server's names and units, over all that is above;
   * undefined for one that it is to be made without.
   */
  readonly stream?: StreamConfiguration;
}

/**
 * What to change of a bucket; what is omitted stays. `stream` sets fields of the stream's
 * configuration in the server's names and units, for what has no field here; undefined removes one.
 */
export type BucketChange = Partial<Omit<BucketConfig, 'name' | 'storage' | 'mirror'>>;

/**
 * How an update ended. `saved`: the server took it. `conflict`: nothing was sent, since somebody had
 * changed the `fields` (in the server's names), or made the bucket anew; `status` is the present one.
 */
export type UpdateOutcome =
  | { readonly kind: 'saved'; readonly status: BucketStatus }
  | {
      readonly kind: 'conflict';
      readonly status: BucketStatus;
      readonly fields: readonly string[];
    };

/** How far a compaction has come. */
export interface CompactCounts {
  /** Deleted, purged and expired keys found. */
  readonly found: number;
  /** Of these, how many have been dealt with: removed, or kept for their age without their history. */
  readonly done: number;
  /** Messages removed so far: markers and the history before them. */
  readonly removed: number;
}

/** A bucket that is there but cannot be used now. */
export interface UnavailableBucket {
  readonly name: string;
  /** Why, in a sentence without a final period. */
  readonly reason: string;
}

/** A bucket that came, went, or had its configuration or its leader changed. */
export interface BucketEvent {
  readonly kind: 'created' | 'updated' | 'deleted';
  readonly bucket: string;
}
