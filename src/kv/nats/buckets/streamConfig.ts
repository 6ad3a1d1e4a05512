import type { BucketConfig, BucketOrigin, Placement, Republish } from '../../model/bucket';
import { bucketConfigProblem } from '../../session/bucketProblem';
import { KvError } from '../../model/errors';
import { bucketNameProblem } from '../../model/key';
import { flag, integer, list, natural, object, optional, record, text, time } from '../wire/schema';

const streamPrefix = 'KV_';
const nanosecondsPerMillisecond = 1e6;

/** Where a mirror or a source copies from. */
export interface StreamSource {
  readonly name: string;
  readonly opt_start_seq?: number;
  readonly opt_start_time?: string;
  readonly filter_subject?: string;
  readonly subject_transforms?: readonly SubjectTransform[];
  readonly external?: { readonly api: string; readonly deliver?: string };
}

export interface SubjectTransform {
  readonly src: string;
  readonly dest: string;
}

/** The fields of a stream's configuration that this adapter reads or writes. Durations in ns. */
export interface StreamConfig {
  readonly name: string;
  readonly subjects?: readonly string[];
  readonly description?: string;
  readonly retention?: string;
  readonly storage?: string;
  readonly discard?: string;
  readonly max_msgs_per_subject?: number;
  readonly max_age?: number;
  readonly duplicate_window?: number;
  readonly max_bytes?: number;
  readonly max_msg_size?: number;
  readonly num_replicas?: number;
  readonly compression?: string;
  readonly allow_direct?: boolean;
  readonly mirror_direct?: boolean;
  readonly allow_rollup_hdrs?: boolean;
  readonly deny_delete?: boolean;
  readonly allow_msg_ttl?: boolean;
  readonly subject_delete_marker_ttl?: number;
  readonly placement?: Placement;
  readonly republish?: {
    readonly src?: string;
    readonly dest: string;
    readonly headers_only?: boolean;
  };
  readonly subject_transform?: SubjectTransform;
  readonly mirror?: StreamSource;
  readonly sources?: readonly StreamSource[];
  readonly metadata?: Readonly<Record<string, string>>;
}

const streamSource = object<StreamSource>({
  name: text,
  opt_start_seq: optional(natural),
  opt_start_time: optional(time),
  filter_subject: optional(text),
  subject_transforms: optional(list(object<SubjectTransform>({ src: text, dest: text }))),
  external: optional(
    object<NonNullable<StreamSource['external']>>({ api: text, deliver: optional(text) }),
  ),
});

export const streamConfig = object<StreamConfig>({
  name: text,
  subjects: optional(list(text)),
  description: optional(text),
  retention: optional(text),
  storage: optional(text),
  discard: optional(text),
  max_msgs_per_subject: optional(integer),
  max_age: optional(natural),
  duplicate_window: optional(natural),
  max_bytes: optional(integer),
  max_msg_size: optional(integer),
  num_replicas: optional(natural),
  compression: optional(text),
  allow_direct: optional(flag),
  mirror_direct: optional(flag),
  allow_rollup_hdrs: optional(flag),
  deny_delete: optional(flag),
  allow_msg_ttl: optional(flag),
  subject_delete_marker_ttl: optional(natural),
  placement: optional(object<Placement>({ cluster: optional(text), tags: optional(list(text)) })),
  republish: optional(
    object<NonNullable<StreamConfig['republish']>>({
      src: optional(text),
      dest: text,
      headers_only: optional(flag),
    }),
  ),
  subject_transform: optional(object<SubjectTransform>({ src: text, dest: text })),
  mirror: optional(streamSource),
  sources: optional(list(streamSource)),
  metadata: optional(record(text)),
});

/** The stream behind a bucket. */
export function streamOf(bucket: string): string {
  return streamPrefix + bucket;
}

/** The bucket of a stream, or undefined when the stream is none. */
export function bucketOf(stream: string): string | undefined {
  return stream.startsWith(streamPrefix) ? stream.slice(streamPrefix.length) : undefined;
}

/** The stream to create for a bucket, with nothing in it that was not chosen by ADR-8 or the caller. */
export function toStreamConfig(config: BucketConfig): StreamConfig {
  checkBucketConfig(config);
  const { name, mirror } = config;
  const defaults = { history: 1, ttl: 0, storage: 'file', replicas: 1 } as const;
  return {
    name: streamOf(name),
    ...(!mirror && { subjects: [`$KV.${name}.>`] }),
    retention: 'limits',
    discard: 'new',
    ...toStreamFields(name, { ...defaults, ...withoutUndefined(config) }),
    ...(mirror && { mirror: toMirror(mirror), mirror_direct: true }),
    allow_direct: true,
    allow_rollup_hdrs: true,
    deny_delete: true,
    ...config.stream,
  };
}

/** The fields of a stream's configuration that say what the given fields of a bucket's do. */
export function toStreamFields(bucket: string, config: Partial<BucketConfig>): object {
  const { history, ttl, markerTtl, compressed, republish, sources } = config;
  return withoutUndefined({
    description: config.description,
    storage: config.storage,
    max_msgs_per_subject: history,
    max_age: ttl === undefined ? undefined : toNanoseconds(ttl),
    max_bytes: config.maxBytes,
    max_msg_size: config.maxValueSize,
    num_replicas: config.replicas,
    compression: compressed === undefined ? undefined : compressed ? 's2' : 'none',
    ...(markerTtl !== undefined && {
      allow_msg_ttl: markerTtl > 0 || undefined,
      subject_delete_marker_ttl: toNanoseconds(markerTtl),
    }),
    placement: config.placement,
    republish: republish && toRepublish(republish),
    sources: sources?.map((source) => toSource(bucket, source)),
    metadata: config.metadata,
  });
}

/** Throws `invalidBucket` or `invalidConfig` for what no server would take. */
export function checkBucketConfig(config: BucketConfig): void {
  const nameProblem = bucketNameProblem(config.name);
  if (nameProblem !== undefined) {
    throw new KvError('invalidBucket', nameProblem);
  }
  const problem = bucketConfigProblem(config);
  if (problem !== undefined) {
    throw new KvError('invalidConfig', problem);
  }
}

function toRepublish({ source, destination, headersOnly }: Republish) {
  return { src: source, dest: destination, ...(headersOnly && { headers_only: true }) };
}

function toMirror(origin: BucketOrigin): StreamSource {
  const { bucket, filter } = origin;
  return {
    ...toStreamSource(origin),
    ...(filter !== undefined && { filter_subject: `$KV.${bucket}.${filter}` }),
  };
}

/**
 * The keys of a source move to the bucket's own subjects. From a bucket of the same name elsewhere
 * they are there already.
 */
function toSource(bucket: string, origin: BucketOrigin): StreamSource {
  const { filter = '>', apiPrefix } = origin;
  if (apiPrefix !== undefined && origin.bucket === bucket) {
    return toMirror(origin);
  }
  let wildcards = 0;
  const target = filter.replace(/(?<=^|\.)\*(?=$|\.)/g, () => `{{wildcard(${++wildcards})}}`);
  const transform = { src: `$KV.${origin.bucket}.${filter}`, dest: `$KV.${bucket}.${target}` };
  return { ...toStreamSource(origin), subject_transforms: [transform] };
}

function toStreamSource(origin: BucketOrigin): StreamSource {
  const { bucket, startRevision, startTime, apiPrefix, deliverPrefix = '' } = origin;
  return {
    name: streamOf(bucket),
    ...(startRevision !== undefined && { opt_start_seq: startRevision }),
    ...(startTime !== undefined && { opt_start_time: toGoTime(startTime) }),
    ...(apiPrefix !== undefined && { external: { api: apiPrefix, deliver: deliverPrefix } }),
  };
}

/** As Go writes times, so that it can be compared with what the server stored. */
function toGoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.?0+Z$/, 'Z');
}

function toNanoseconds(milliseconds: number): number {
  return Math.round(milliseconds * nanosecondsPerMillisecond);
}

function withoutUndefined<T extends object>(fields: T): T {
  const defined = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as T;
}
