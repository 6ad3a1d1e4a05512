import { connectionMessages, openByNameMessage, problemMessages } from './rows/messages';
import { bucketNode, pinNode, type ConnectionNode, type TreeNode } from './rows/nodes';
import type { Pins } from './rows/pins';

/** The rows below a connection: what is wrong, its buckets, and what was opened by its name. */
export function connectionRows(node: ConnectionNode, pins: Pins): TreeNode[] {
  const { session } = node;
  const { current } = session.state;
  const stayAway = current.kind === 'idle' && current.onPurpose;
  if (session.buckets.current.kind === 'idle' && !stayAway) {
    void session.loadBuckets();
  }
  const messages = connectionMessages(node);
  const known = session.buckets.current;
  const isDenied = known.kind === 'failed' && known.error.kind === 'denied';
  const names = known.kind === 'loaded' ? known.buckets.map(({ name }) => name) : [];
  const pinned = pins
    .of(session.id)
    .filter(({ bucket, filter }) => filter !== undefined || !names.includes(bucket));
  const isUp = known.kind === 'loaded' || isDenied;
  return [
    ...problemMessages(node),
    ...(messages ?? []),
    ...(isDenied ? [openByNameMessage(node)] : []),
    ...(messages ? [] : names.map((name) => bucketNode(session, name))),
    ...(isUp ? pinned.map((pin) => pinNode(session, pin)) : []),
  ];
}
