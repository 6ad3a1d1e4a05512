import {
  connectionMessages,
  openByNameMessage,
  problemMessages,
  staleMessages,
  unavailableMessages,
} from './rows/messages';
import type { BucketsState } from '../../kv/session/bucketList';
import type { KvError } from '../../kv/model/errors';
import { bucketNode, pinNode, type ConnectionNode, type TreeNode } from './rows/nodes';
import type { Pins } from './rows/pins';
import type { Background } from '../../kv/base/background';

/** The rows below a connection: what is wrong, its buckets, and what was opened by its name. */
export function connectionRows(
  node: ConnectionNode,
  pins: Pins,
  inBackground: Background,
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
  const names = known.kind === 'loaded' ? known.buckets.map(({ name }) => name) : [];
  const pinned = pins
    .of(session.id)
    .filter(({ bucket, filter }) => filter !== undefined || !names.includes(bucket));
  const isUp = known.kind === 'loaded' || isDenied;
  return [
    ...problemMessages(node),
    ...(messages ?? staleMessages(node)),
    ...(isDenied ? [openByNameMessage(node)] : []),
    ...(messages ? [] : names.map((name) => bucketNode(session, name))),
    ...(known.kind === 'loaded' ? unavailableMessages(node, known.unavailable ?? []) : []),
    ...(isUp ? pinned.map((pin) => pinNode(session, pin)) : []),
  ];
}

function staleErrorOf(state: BucketsState): KvError | undefined {
  return state.kind === 'loaded' ? state.stale?.error : undefined;
}
