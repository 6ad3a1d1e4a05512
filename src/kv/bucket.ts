/** What the tree and `nats kv ls` show of a bucket. */
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
  /** Sequence of the last message ever stored; 0 when there was none. */
  readonly lastRevision: number;
  /** Revisions kept for each key, 1 to 64. */
  readonly history: number;
  /** Age at which values expire, in milliseconds; 0 means never. */
  readonly ttl: number;
  readonly storage: 'file' | 'memory';
  readonly replicas: number;
  /** Limits in bytes; -1 means unlimited. */
  readonly maxBytes: number;
  readonly maxValueSize: number;
  readonly compressed: boolean;
  /** The bucket whose copy this is, when it is a mirror; a mirror cannot be written. */
  readonly mirrorOf: string | undefined;
  /** Whether gets may be answered without the leader (`allow_direct`, server 2.9). */
  readonly allowDirect: boolean;
}

/** What to create. Omitted fields take the defaults of ADR-8. */
export interface BucketConfig {
  readonly name: string;
  readonly description?: string;
  /** 1 (the default) to 64. */
  readonly history?: number;
  /** Milliseconds; 0 (the default) means that values do not expire, else at least 100. */
  readonly ttl?: number;
  readonly storage?: 'file' | 'memory';
  readonly replicas?: number;
  readonly maxBytes?: number;
  readonly maxValueSize?: number;
}

/** A bucket that came, went, or had its configuration changed. */
export interface BucketEvent {
  readonly kind: 'created' | 'updated' | 'deleted';
  readonly bucket: string;
}
