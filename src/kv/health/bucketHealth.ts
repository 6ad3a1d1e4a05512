import type { BucketStatus, ClusterStatus, OriginStatus } from '../model/bucket';
import type { AccountInfo, AccountUse } from '../model/kvConnection';

/** How far a limit is used: bytes, or a count of what is limited. */
export interface LimitUse {
  readonly used: number;
  readonly limit: number;
}

/** A copy of a bucket in the cluster that cannot be counted on. */
type ReplicaFact =
  | { readonly kind: 'noLeader' }
  /** So few of the copies are reachable that nothing can be agreed on. */
  | { readonly kind: 'noMajority'; readonly reachable: number; readonly copies: number }
  /** `silentMs` since the leader heard of it, where that is known. */
  | {
      readonly kind: 'replicaOffline';
      readonly server: string;
      readonly silentMs: number | undefined;
    }
  /** `lag` in operations. */
  | { readonly kind: 'replicaBehind'; readonly server: string; readonly lag: number }
  /** Fewer servers hold a copy than the configuration asks for. */
  | { readonly kind: 'replicasMissing'; readonly copies: number; readonly wanted: number };

/** A mirror or a source whose copying is late or does not work. */
export type OriginFact = { readonly role: 'mirror' | 'source'; readonly bucket: string } & (
  | { readonly kind: 'originFailing'; readonly error: string }
  /** `silentMs` since the origin gave a sign of life; undefined when it never did. */
  | { readonly kind: 'originSilent'; readonly silentMs: number | undefined }
  /** `lag` in messages. */
  | { readonly kind: 'originBehind'; readonly lag: number }
);

/** A limit of the bucket that is used up, or nearly so. */
export interface FullFact extends LimitUse {
  readonly kind: 'full' | 'nearlyFull';
  readonly what: 'bytes' | 'messages';
  /** Whether what needs more room is refused; else the oldest values go to make some. */
  readonly refuses: boolean;
}

/** A limit of the account that is used up, or nearly so. */
export interface AccountFact extends LimitUse {
  readonly kind: 'accountFull' | 'accountNearlyFull';
  readonly what: 'storage' | 'memory' | 'streams' | 'consumers';
}

/** One thing that is unhealthy. */
export type HealthFact = ReplicaFact | OriginFact | FullFact | AccountFact;

/** From which part of a limit on it counts as nearly used up. */
const nearlyFrom = 0.9;
/** A copy that is fewer messages behind is one that is busy. */
const manyBehind = 1_000;
/** An origin gives a sign of life each second, whether or not anything is stored in it. */
const silentAfterMs = 30_000;

/** What is unhealthy about a bucket by one answer of the server (STREAM.INFO or a row of STREAM.LIST), the worst first. */
export function bucketHealth(status: BucketStatus): readonly HealthFact[] {
  const { cluster, mirror, sources } = status;
  const ageMs = (status.asOf ?? Date.now()) - status.created;
  const facts: HealthFact[] = [
    ...(cluster ? replicaFacts(cluster, status.replicas) : []),
    ...(mirror ? originFacts('mirror', mirror, ageMs) : []),
    ...sources.flatMap((source) => originFacts('source', source, ageMs)),
    ...fullFacts(status),
  ];
  return worstFirst(facts);
}

/** What is unhealthy about the use of an account, the worst first. */
export function accountHealth(account: AccountInfo): readonly AccountFact[] {
  const kinds = ['storage', 'memory', 'streams', 'consumers'] as const;
  const facts = kinds.flatMap((what): AccountFact[] => {
    const { used, limit }: AccountUse = account[what];
    // A limit of zero is one of what the account is not to use at all.
    if (limit <= 0 || used < limit * nearlyFrom) {
      return [];
    }
    return [{ kind: used >= limit ? 'accountFull' : 'accountNearlyFull', what, used, limit }];
  });
  return worstFirst(facts);
}

/** `error`: something does not work now. `warning`: it is at risk, late or about to be refused. */
export function severityOf(fact: HealthFact): 'error' | 'warning' {
  switch (fact.kind) {
    case 'noLeader':
    case 'noMajority':
    case 'originFailing':
    case 'full':
    case 'accountFull':
      return 'error';
    case 'replicaOffline':
    case 'replicaBehind':
    case 'replicasMissing':
    case 'originSilent':
    case 'originBehind':
    case 'nearlyFull':
    case 'accountNearlyFull':
      return 'warning';
  }
}

/** What is unhealthy about a bucket without the numbers of it, to be compared; empty when it is well. */
export function healthName(status: BucketStatus): string {
  return bucketHealth(status).map(nameOf).join('\n');
}

function nameOf(fact: HealthFact): string {
  const about = 'server' in fact ? fact.server : 'bucket' in fact ? fact.bucket : '';
  return `${fact.kind} ${about}`;
}

function worstFirst<Fact extends HealthFact>(facts: readonly Fact[]): Fact[] {
  return [
    ...facts.filter((fact) => severityOf(fact) === 'error'),
    ...facts.filter((fact) => severityOf(fact) === 'warning'),
  ];
}

function replicaFacts({ leader, peers }: ClusterStatus, wanted: number): ReplicaFact[] {
  const offline = peers.filter((peer) => peer.offline);
  // Without a leader the one that answers counts itself among the others.
  const copies = leader === undefined ? peers.length : peers.length + 1;
  const reachable = copies - offline.length;
  const facts: ReplicaFact[] = [];
  if (leader === undefined) {
    facts.push({ kind: 'noLeader' });
  } else if (reachable * 2 <= copies) {
    // A leader goes on calling itself so for a while (all of the time before server 2.10).
    facts.push({ kind: 'noMajority', reachable, copies });
  }
  for (const { name, active } of offline) {
    facts.push({ kind: 'replicaOffline', server: name, silentMs: active });
  }
  if (leader !== undefined) {
    const late = peers.filter(({ current, offline: isOffline }) => !current && !isOffline);
    facts.push(
      ...late.map(({ name, lag }): ReplicaFact => ({ kind: 'replicaBehind', server: name, lag })),
    );
    if (copies < wanted) {
      facts.push({ kind: 'replicasMissing', copies, wanted });
    }
  }
  return facts;
}

function originFacts(role: OriginFact['role'], origin: OriginStatus, ageMs: number): OriginFact[] {
  const { bucket, lag, active, error } = origin;
  if (error !== undefined) {
    return [{ role, bucket, kind: 'originFailing', error }];
  }
  // A server that tells nothing of the copying tells no lag either.
  if (lag === undefined) {
    return [];
  }
  // A new one has yet to hear of its origin.
  if ((active ?? ageMs) > silentAfterMs) {
    return [{ role, bucket, kind: 'originSilent', silentMs: active }];
  }
  return lag >= manyBehind ? [{ role, bucket, kind: 'originBehind', lag }] : [];
}

function fullFacts(status: BucketStatus): FullFact[] {
  const { size, values, maxBytes, streamConfig } = status;
  const refuses = streamConfig['discard'] === 'new';
  const maxMessages = Number(streamConfig['max_msgs'] ?? -1);
  const usual = values > 0 ? size / values : 1;
  return [
    // A bucket never holds more than its limit: it is full when one more usual message has no room.
    ...fullFact('bytes', { used: size, limit: maxBytes }, usual, refuses),
    ...fullFact('messages', { used: values, limit: maxMessages }, 1, refuses),
  ];
}

function fullFact(
  what: FullFact['what'],
  { used, limit }: LimitUse,
  step: number,
  refuses: boolean,
): FullFact[] {
  if (!(limit > 0) || used < limit * nearlyFrom) {
    return [];
  }
  return [{ kind: limit - used < step ? 'full' : 'nearlyFull', what, used, limit, refuses }];
}
