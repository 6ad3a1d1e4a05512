import type { KvConnection } from '../model/kvConnection';
import { bucketNameProblem, keyProblem } from '../model/key';
import { keyPatternProblem, subjectPattern } from '../keys/keyPattern';
import type { ValueCodec, ValuePlace } from '../values/valueCodec';
import type { ConnectionSession } from '../session/connectionSession';
import { visibleSession, type AgentPolicy } from './agentPolicy';
import { AgentRefusal } from './agentRefusal';
import { keyShower, type ShownKey } from './shownKey';

/** What every tool works with, made anew for each call. */
export interface ToolContext {
  readonly sessions: readonly ConnectionSession[];
  readonly policy: AgentPolicy;
  /** What the settings allow now: they may have changed while a user was asked. */
  readonly current: () => AgentPolicy;
  /** The codec that a value is known to have, if any. */
  readonly codecOf?: ((place: ValuePlace) => ValueCodec | undefined) | undefined;
  /** Ends the call: cancelled, or out of time. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The bucket that a call is about. */
export interface BucketPlace {
  readonly session: ConnectionSession;
  readonly connection: KvConnection;
  readonly bucket: string;
  readonly shown: (key: string) => ShownKey;
}

/** Fields that most inputs have. */
export interface PlaceInput {
  readonly connection?: string;
  readonly bucket: string;
}

/** The bucket of an input, on a connection that is up and may be seen. Throws an `AgentRefusal`. */
export function placeOf(
  { sessions, policy, codecOf }: ToolContext,
  input: PlaceInput,
): BucketPlace {
  const session = visibleSession(sessions, policy, input.connection);
  const connection = session.linkIfUp;
  if (!connection) {
    throw new AgentRefusal('the connection is down; ask the user to reconnect it');
  }
  if (bucketNameProblem(input.bucket) !== undefined) {
    throw new AgentRefusal('bucket: this is no name of a bucket');
  }
  const { bucket } = input;
  const shownName = keyShower(bucket, policy.rules);
  const shown = (key: string): ShownKey => ({
    ...shownName(key),
    ...(codecOf && { codecOf: (headers) => codecOf({ bucket, key, headers }) }),
  });
  return { session, connection, bucket, shown };
}

/** Throws an `AgentRefusal` for what is no key. */
export function checkKey(key: string): void {
  if (keyProblem(key)) {
    throw new AgentRefusal('key: this is no key; findKeys looks for keys by patterns');
  }
}

/** The keys that a pattern stands for. */
export interface KeyPattern {
  /** What a server is asked for. */
  readonly filter: string;
  /** Whether a key that it lets through is wanted, by its own name and the one that agents see. */
  readonly isWanted: (key: string, shown: string) => boolean;
}

/**
 * Reads a pattern of an input. Of a key whose name is not shown in full it tells nothing that is not shown: a
 * token that is spelt out would confirm a guess. Throws an `AgentRefusal`.
 */
export function patternOf(pattern = '>'): KeyPattern {
  if (keyPatternProblem(pattern) !== undefined) {
    throw new AgentRefusal('pattern: this is no NATS pattern, such as `orders.*` or `orders.>`');
  }
  const { filter, matches } = subjectPattern(pattern);
  const spelt = pattern.split(/[./:=]/).filter((token) => token !== '*' && token !== '>');
  const isWanted = (key: string, shown: string): boolean =>
    matches(key) &&
    (shown === key || spelt.every((token) => shown.split(/[./:=]/).includes(token)));
  return { filter, isWanted };
}
