import type { MarkdownString } from 'vscode';
import type { KeyIndex } from '../../../kv/session/keyIndex';
import { connectionTooltip } from './connectionItem';
import type { BucketNode, KeyNode, TreeNode } from './nodes';
import { bucketTooltip, keyTooltip } from './treeItems';

/** What the session knows of a row's bucket. */
export function statusOf({ session, bucket }: BucketNode | KeyNode) {
  const { current } = session.buckets;
  return current.kind === 'loaded'
    ? current.buckets.find(({ name }) => name === bucket)
    : undefined;
}

/** The tooltip of a bucket or connection by what the server tells now; undefined for other rows. */
export async function readTooltip(
  node: TreeNode,
  index: KeyIndex | undefined,
): Promise<MarkdownString | string | undefined> {
  if (node.kind === 'bucket') {
    const known = statusOf(node);
    const fresh = await node.session
      .connect()
      .then((connection) => connection.bucketStatus(node.bucket))
      .catch(() => known);
    return fresh && bucketTooltip(fresh, index);
  }
  if (node.kind === 'connection' && node.session.state.current.kind === 'connected') {
    // A user who may not ask for the account still sees the rest.
    const account = await node.session
      .connect()
      .then((connection) => connection.accountInfo())
      .catch(() => undefined);
    return connectionTooltip(node.session, account);
  }
  return undefined;
}

/** Of a key whose value may expire: only the stored message itself tells when it expires; its value is not read. */
export async function expiringTooltip({ session, bucket, key }: KeyNode) {
  const history = await session
    .connect()
    .then((connection) => connection.historyInfo(bucket, key))
    .catch(() => []);
  const last = history.at(-1);
  return last ? keyTooltip(last, Date.now()) : key;
}
