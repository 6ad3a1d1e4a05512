import type { BucketStatus } from '../model/bucket';
import type { ConnectionSession } from '../session/connectionSession';
import { cut } from '../values/textDiff';
import { visibleSession, visibleSessions, isProtected, type AgentPolicy } from './agentPolicy';
import { AgentRefusal, refusalOf } from './agentRefusal';
import { limits } from './limits';
import { redactPart } from './redactText';
import { redacted } from './redactRules';
import { fittingRows, timeText, type ResultValue, type ToolResult } from './resultText';
import { placeOf, type PlaceInput, type ToolContext } from './toolContext';

export interface ListBucketsInput {
  readonly connection?: string;
  readonly limit?: number;
  readonly after?: string;
}

/** Connections with what may be done there, and their buckets by name. */
export async function listBuckets(
  context: ToolContext,
  { connection, limit = 50, after = '' }: ListBucketsInput,
): Promise<ToolResult> {
  const { sessions, policy } = context;
  const visible =
    connection === undefined
      ? visibleSessions(sessions, policy)
      : [visibleSession(sessions, policy, connection)];
  if (visible.length === 0) {
    visibleSession(sessions, policy, undefined);
  }
  const rows: { readonly place: string; readonly row: ResultValue }[] = [];
  const failed: ResultValue[] = [];
  for (const session of visible) {
    try {
      const buckets = await bucketsOf(session, context.signal);
      buckets.forEach((status) =>
        rows.push({
          place: `${session.name}/${status.name}`,
          row: bucketRow(session, status, policy),
        }),
      );
    } catch (error) {
      failed.push({ connection: session.name, problem: refusalOf(error).message });
    }
  }
  const wanted = rows
    .filter(({ place }) => place > after)
    .sort((a, b) => (a.place < b.place ? -1 : 1));
  const { rows: shown } = fittingRows(wanted.slice(0, limit).map(({ row }) => row));
  const left = wanted.length - shown.length;
  return {
    connections: visible.map((session) => connectionRow(session, policy)),
    total: rows.length,
    buckets: shown,
    ...(failed.length > 0 && { failed }),
    ...(left > 0 && { leftOut: left, next: wanted[shown.length - 1]?.place }),
  };
}

async function bucketsOf(
  session: ConnectionSession,
  signal: AbortSignal,
): Promise<readonly BucketStatus[]> {
  const { current } = session.buckets;
  if (current.kind === 'loaded' && !current.stale) {
    return current.buckets;
  }
  const link = session.linkIfUp;
  if (!link) {
    throw new AgentRefusal('the connection is down; ask the user to reconnect it');
  }
  return link.listBuckets({ signal });
}

function connectionRow(session: ConnectionSession, policy: AgentPolicy): ResultValue {
  const { config } = session;
  const environment = config.environment === undefined ? {} : { environment: config.environment };
  const writes = policy.writes(config)
    ? 'putKey and deleteKey after the user agreed'
    : 'only by proposeValue';
  return {
    name: session.name,
    ...environment,
    writes,
    ...(isProtected(config) && { isProtected: true }),
  };
}

function bucketRow(
  session: ConnectionSession,
  status: BucketStatus,
  { rules }: AgentPolicy,
): ResultValue {
  const description = redactPart(status.description, rules);
  return {
    connection: session.name,
    bucket: status.name,
    keys: status.subjects,
    lastUpdate: timeText(status.lastUpdate),
    ...(description !== '' && { description: cut(description, limits.excerpt) }),
    ...(status.mirrorOf !== undefined && { mirrorOf: status.mirrorOf }),
    ...(rules.isSecretName(status.name) && { values: redacted }),
  };
}

/** How a bucket is configured and what it holds. */
export async function bucketInfo(context: ToolContext, input: PlaceInput): Promise<ToolResult> {
  const { connection, bucket } = placeOf(context, input);
  const status = await connection.bucketStatus(bucket, { signal: context.signal });
  const { rules } = context.policy;
  const metadata = Object.entries(status.metadata)
    .slice(0, 30)
    .map(([name, value]): [string, string] => [
      redactPart(name, rules),
      rules.isSecretName(name) ? redacted : cut(redactPart(value, rules), limits.excerpt),
    ]);
  return {
    bucket,
    description: cut(redactPart(status.description, rules), limits.shortPiece),
    created: timeText(status.created),
    lastUpdate: timeText(status.lastUpdate),
    keysAndMarkers: status.subjects,
    messages: status.values,
    bytes: status.size,
    history: status.history === -1 ? 'all' : status.history,
    ttl: status.ttl === 0 ? 'none' : `${status.ttl} ms`,
    ttlOfSingleKeys: status.allowTtl,
    markerTtl: status.markerTtl === 0 ? 'none' : `${status.markerTtl} ms`,
    storage: status.storage,
    replicas: status.replicas,
    maxBytes: status.maxBytes,
    maxValueSize: status.maxValueSize,
    compressed: status.compressed,
    firstRevision: status.firstRevision,
    lastRevision: status.lastRevision,
    mirrorOf: status.mirrorOf,
    sources: status.sources.slice(0, 20).map((source) => source.bucket),
    metadata: Object.fromEntries(metadata),
  };
}
