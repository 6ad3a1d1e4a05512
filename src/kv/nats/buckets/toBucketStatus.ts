import type {
  BucketOrigin,
  BucketStatus,
  ClusterStatus,
  OriginStatus,
  Republish,
  StreamConfiguration,
} from '../../model/bucket';
import { withDoubles } from '../../values/exactJson';
import { exactRevision } from '../wire/revisions';
import { count, flag, integer, list, natural, object, optional, text, time } from '../wire/schema';
import { keyPrefixOf } from './keySubjects';
import { bucketOf, type StreamConfig, streamConfig, type StreamSource } from './streamConfig';

const nanosecondsPerMillisecond = 1e6;

/** What STREAM.INFO, STREAM.LIST, STREAM.CREATE and STREAM.UPDATE tell of a stream. */
export interface StreamInfo {
  readonly config: StreamConfig;
  readonly created: string;
  readonly ts?: string;
  readonly state: {
    readonly messages: number;
    readonly bytes: number;
    readonly last_seq: number;
    readonly last_ts: string;
    readonly first_seq: number;
    readonly first_ts: string;
    /** Absent when 0, and on servers before 2.7. */
    readonly num_subjects?: number;
    readonly consumer_count?: number;
  };
  readonly cluster?: ClusterInfo;
  readonly mirror?: SourceInfo;
  readonly sources?: readonly SourceInfo[];
}

interface ClusterInfo {
  readonly name?: string;
  readonly leader?: string;
  readonly replicas?: readonly Peer[];
}

interface Peer {
  readonly name: string;
  readonly current?: boolean;
  readonly offline?: boolean;
  readonly active?: number;
  readonly lag?: number;
}

/** `active` is in nanoseconds, -1 when nothing was heard yet. */
interface SourceInfo {
  readonly name: string;
  readonly lag?: number;
  readonly active?: number;
  readonly external?: { readonly api?: string };
  readonly error?: { readonly description?: string };
}

const sourceInfo = object<SourceInfo>({
  name: text,
  lag: optional(integer),
  active: optional(integer),
  external: optional(object<NonNullable<SourceInfo['external']>>({ api: optional(text) })),
  error: optional(object<NonNullable<SourceInfo['error']>>({ description: optional(text) })),
});

const clusterInfo = object<ClusterInfo>({
  name: optional(text),
  leader: optional(text),
  replicas: optional(
    list(
      object<Peer>({
        name: text,
        current: optional(flag),
        offline: optional(flag),
        active: optional(integer),
        lag: optional(integer),
      }),
    ),
  ),
});

export const streamInfo = object<StreamInfo>({
  config: streamConfig,
  created: time,
  ts: optional(time),
  state: object<StreamInfo['state']>({
    messages: count,
    bytes: count,
    last_seq: natural,
    last_ts: time,
    first_seq: natural,
    first_ts: time,
    num_subjects: optional(count),
    consumer_count: optional(count),
  }),
  cluster: optional(clusterInfo),
  mirror: optional(sourceInfo),
  sources: optional(list(sourceInfo)),
});

/** The status of a bucket as its stream tells it (ADR-8). */
export function toBucketStatus(exact: StreamInfo): BucketStatus {
  const info = withDoubles(exact);
  const { config, state } = info;
  exactRevision(state.last_seq);
  const lastUpdate = Date.parse(state.last_ts);
  return {
    ...settingsOf(config),
    created: Date.parse(info.created),
    size: state.bytes,
    values: state.messages,
    subjects: state.num_subjects ?? 0,
    consumers: state.consumer_count ?? 0,
    // A stream that never stored anything has Go's zero time, of the year 1.
    lastUpdate: lastUpdate > 0 ? lastUpdate : undefined,
    lastRevision: state.last_seq,
    firstRevision: state.first_seq,
    asOf: info.ts === undefined ? undefined : Date.parse(info.ts),
    firstTime: state.messages > 0 ? Date.parse(state.first_ts) : undefined,
    mirror: config.mirror && originStatus(config.mirror, info.mirror),
    sources: (config.sources ?? []).map((source) =>
      originStatus(source, info.sources?.find(isAbout(source))),
    ),
    cluster: info.cluster && clusterStatus(info.cluster),
    streamConfig: exact.config as unknown as StreamConfiguration,
  };
}

type State =
  | 'created'
  | 'size'
  | 'values'
  | 'subjects'
  | 'consumers'
  | 'lastUpdate'
  | 'lastRevision'
  | 'firstRevision'
  | 'firstTime'
  | 'asOf'
  | 'mirror'
  | 'sources'
  | 'cluster'
  | 'streamConfig';

function settingsOf(config: StreamConfig): Omit<BucketStatus, State> {
  return {
    name: bucketOf(config.name) ?? config.name,
    description: config.description ?? '',
    history: config.max_msgs_per_subject ?? 1,
    ttl: (config.max_age ?? 0) / nanosecondsPerMillisecond,
    markerTtl: (config.subject_delete_marker_ttl ?? 0) / nanosecondsPerMillisecond,
    allowTtl: config.allow_msg_ttl ?? false,
    storage: config.storage === 'memory' ? 'memory' : 'file',
    replicas: config.num_replicas ?? 1,
    maxBytes: config.max_bytes ?? -1,
    maxValueSize: config.max_msg_size ?? -1,
    compressed: (config.compression ?? 'none') !== 'none',
    placement: config.placement,
    republish: config.republish && republishOf(config.republish),
    mirrorOf: config.mirror && originName(config.mirror),
    metadata: ownMetadata(config.metadata),
    allowDirect: config.allow_direct ?? false,
    keyPrefix: keyPrefixOf(config),
  };
}

/** Metadata without what the server notes there for itself. */
export function ownMetadata(
  metadata: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).filter(([name]) => !name.startsWith('_nats.')),
  );
}

function republishOf(republish: NonNullable<StreamConfig['republish']>): Republish {
  const { src, dest, headers_only } = republish;
  return { source: src || '>', destination: dest, ...(headers_only && { headersOnly: true }) };
}

function originName({ name }: StreamSource): string {
  return bucketOf(name) ?? name;
}

function isAbout(source: StreamSource): (info: SourceInfo) => boolean {
  return ({ name, external }) =>
    name === source.name && (external?.api ?? '') === (source.external?.api ?? '');
}

function originStatus(source: StreamSource, info: SourceInfo | undefined): OriginStatus {
  const { active = -1, lag, error } = info ?? {};
  return {
    ...originOf(source),
    lag,
    active: active < 0 ? undefined : active / nanosecondsPerMillisecond,
    error: error?.description,
  };
}

function originOf(source: StreamSource): BucketOrigin {
  const bucket = originName(source);
  const { opt_start_seq, opt_start_time, external } = source;
  const subject = source.subject_transforms?.[0]?.src ?? source.filter_subject;
  const prefix = `$KV.${bucket}.`;
  const filter = subject?.startsWith(prefix) ? subject.slice(prefix.length) : undefined;
  return {
    bucket,
    ...(filter !== undefined && filter !== '>' && { filter }),
    ...(external && { apiPrefix: external.api }),
    ...(external?.deliver && { deliverPrefix: external.deliver }),
    ...(opt_start_seq && { startRevision: opt_start_seq }),
    ...(opt_start_time !== undefined && { startTime: Date.parse(opt_start_time) }),
  };
}

function clusterStatus({ name, leader, replicas = [] }: ClusterInfo): ClusterStatus {
  return {
    name: name || undefined,
    leader: leader || undefined,
    peers: replicas.map((peer) => ({
      name: peer.name,
      current: peer.current ?? false,
      offline: peer.offline ?? false,
      // The server says 0 of a peer that it has not heard of since it leads.
      active: peer.active ? peer.active / nanosecondsPerMillisecond : undefined,
      lag: peer.lag ?? 0,
    })),
  };
}
