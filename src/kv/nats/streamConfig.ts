import type { BucketConfig, BucketStatus } from '../bucket';
import { KvError } from '../errors';
import { bucketNameProblem } from '../key';

const streamPrefix = 'KV_';
const nanosecondsPerMillisecond = 1e6;

/** The fields of a stream's configuration that this adapter reads or writes. */
export interface StreamConfig {
  readonly name: string;
  readonly subjects?: readonly string[];
  readonly description?: string;
  readonly retention?: string;
  readonly storage?: string;
  readonly discard?: string;
  readonly max_msgs_per_subject?: number;
  readonly max_age?: number;
  readonly max_bytes?: number;
  readonly max_msg_size?: number;
  readonly num_replicas?: number;
  readonly compression?: string;
  readonly allow_direct?: boolean;
  readonly allow_rollup_hdrs?: boolean;
  readonly deny_delete?: boolean;
  readonly mirror?: { readonly name: string };
}

/** What STREAM.INFO, STREAM.LIST and STREAM.CREATE tell of a stream. */
export interface StreamInfo {
  readonly config: StreamConfig;
  readonly created: string;
  readonly state: {
    readonly messages: number;
    readonly bytes: number;
    readonly last_seq: number;
    readonly last_ts: string;
    /** Absent when 0, and on servers before 2.7. */
    readonly num_subjects?: number;
  };
}

/** The stream behind a bucket. */
export function streamOf(bucket: string): string {
  return streamPrefix + bucket;
}

/** The bucket of a stream, or undefined when the stream is none. */
export function bucketOf(stream: string): string | undefined {
  return stream.startsWith(streamPrefix) ? stream.slice(streamPrefix.length) : undefined;
}

/** The status of a bucket as its stream tells it (ADR-8). */
export function toBucketStatus({ config, created, state }: StreamInfo): BucketStatus {
  const lastUpdate = Date.parse(state.last_ts);
  return {
    name: bucketOf(config.name) ?? config.name,
    description: config.description ?? '',
    created: Date.parse(created),
    size: state.bytes,
    values: state.messages,
    subjects: state.num_subjects ?? 0,
    // A stream that never stored anything has Go's zero time, of the year 1.
    lastUpdate: lastUpdate > 0 ? lastUpdate : undefined,
    lastRevision: state.last_seq,
    history: config.max_msgs_per_subject ?? 1,
    ttl: (config.max_age ?? 0) / nanosecondsPerMillisecond,
    storage: config.storage === 'memory' ? 'memory' : 'file',
    replicas: config.num_replicas ?? 1,
    maxBytes: config.max_bytes ?? -1,
    maxValueSize: config.max_msg_size ?? -1,
    compressed: (config.compression ?? 'none') !== 'none',
    mirrorOf: config.mirror && (bucketOf(config.mirror.name) ?? config.mirror.name),
    allowDirect: config.allow_direct ?? false,
  };
}

/** The stream to create for a bucket, with nothing in it that was not chosen by ADR-8 or the caller. */
export function toStreamConfig(config: BucketConfig): StreamConfig {
  checkBucketConfig(config);
  const { name, description, maxBytes, maxValueSize } = config;
  return {
    name: streamOf(name),
    subjects: [`$KV.${name}.>`],
    ...(description !== undefined && { description }),
    retention: 'limits',
    storage: config.storage ?? 'file',
    discard: 'new',
    max_msgs_per_subject: config.history ?? 1,
    max_age: Math.round((config.ttl ?? 0) * nanosecondsPerMillisecond),
    ...(maxBytes !== undefined && { max_bytes: maxBytes }),
    ...(maxValueSize !== undefined && { max_msg_size: maxValueSize }),
    num_replicas: config.replicas ?? 1,
    allow_direct: true,
    allow_rollup_hdrs: true,
    deny_delete: true,
  };
}

/** Throws `invalidBucket` or `invalidConfig` for what no server would take. */
export function checkBucketConfig(config: BucketConfig): void {
  const problem = bucketNameProblem(config.name);
  if (problem !== undefined) {
    throw new KvError('invalidBucket', problem);
  }
  const { history = 1, ttl = 0, replicas = 1, maxBytes = -1, maxValueSize = -1 } = config;
  const isCount = (value: number, from: number, to: number) =>
    Number.isSafeInteger(value) && value >= from && value <= to;
  const isLimit = (value: number) => value === -1 || isCount(value, 1, Number.MAX_SAFE_INTEGER);
  const problems = [
    !isCount(history, 1, 64) && 'history must be a whole number from 1 to 64',
    ttl !== 0 && !(ttl >= 100) && 'ttl must be 0 or at least 100 ms',
    !isCount(replicas, 1, 5) && 'replicas must be a whole number from 1 to 5',
    !isLimit(maxBytes) && 'maxBytes must be -1 or a whole number above 0',
    !isLimit(maxValueSize) && 'maxValueSize must be -1 or a whole number above 0',
  ].filter((text) => text !== false);
  if (problems[0] !== undefined) {
    throw new KvError('invalidConfig', problems[0]);
  }
}

/**
 * The fields that the server stored otherwise than it was asked to: servers before 2.12 drop
 * what they do not know without a word.
 */
export function changedFields(asked: StreamConfig, echoed: StreamConfig): string[] {
  const stored = new Map<string, unknown>(Object.entries(echoed));
  return Object.entries(asked)
    .filter(([field, value]) => !isSame(value, stored.get(field)))
    .map(([field]) => field);
}

/** The server leaves out what is empty or zero. */
function isSame(asked: unknown, stored: unknown): boolean {
  const isEmpty = asked === '' || asked === 0 || asked === false;
  return (isEmpty && stored === undefined) || JSON.stringify(asked) === JSON.stringify(stored);
}
