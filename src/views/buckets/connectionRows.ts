import {
  connectionMessages,
  openByNameMessage,
  problemMessages,
  staleMessages,
  unavailableMessages,
} from './rows/messages';
import type { BucketsState } from '../../kv/session/bucketList';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import type { KvError } from '../../kv/model/errors';
import { pinNode, type ConnectionNode, type TreeNode } from './rows/nodes';
import type { BucketLevels } from './bucketLevels';
import type { Pins } from './rows/pins';
import type { Background } from '../../kv/base/background';

export interface ConnectionRowsParts {
  readonly pins: Pins;
  readonly levels: BucketLevels;
  readonly inBackground: Background;
}

/** The rows below a connection: what is wrong, its buckets, and what was opened by its name. */
export function connectionRows(
  node: ConnectionNode,
  { pins, levels, inBackground }: ConnectionRowsParts,
): TreeNode[] {
  const { session } = node;
  const { current } = session.state;
  const stayAway = current.kind === 'idle' && current.onPurpose;
  if (session.buckets.current.kind === 'idle' && !stayAway) {
    inBackground('read the buckets', session.loadBuckets());
  }
  const messages = connectionMessages(node);
  const known = session.buckets.current;
  const error = known.kind === 'failed' ? known.error : staleErrorOf(known);
  const isDenied = error?.kind === 'denied';
  const names = bucketNames(session);
  const listed = new Set(names);
  const pinned = pins
    .of(session.id)
    .filter(({ bucket, filter }) => filter !== undefined || !listed.has(bucket));
  const isUp = known.kind === 'loaded' || isDenied;
  return [
    ...problemMessages(node),
    ...(messages ?? staleMessages(node)),
    ...(isDenied ? [openByNameMessage(node)] : []),
    ...(messages ? [] : levels.rows(node, names)),
    ...(known.kind === 'loaded' ? unavailableMessages(node, known.unavailable ?? []) : []),
    ...(isUp ? pinned.map((pin) => pinNode(session, pin)) : []),
  ];
}

/** The buckets that are known, in their order. */
export function bucketNames({ buckets }: ConnectionSession): string[] {
  const { current } = buckets;
  return current.kind === 'loaded' ? current.buckets.map(({ name }) => name) : [];
}

function staleErrorOf(state: BucketsState): KvError | undefined {
  return state.kind === 'loaded' ? state.stale?.error : undefined;
}
