import type { MarkdownString } from 'vscode';
import { isLive } from '../../../kv/model/entry';
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
    if (fresh && fresh !== known) {
      node.session.looked(fresh);
    }
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

/**
 * Of a key: when it expires, and its headers, only the stored message tells, whose value is not read.
 * `known` where the server cannot be asked, and of a key that has no value.
 */
export async function readKeyTooltip(
  { session, bucket, key }: KeyNode,
  known: MarkdownString | string,
): Promise<MarkdownString | string> {
  if (session.state.current.kind !== 'connected') {
    return known;
  }
  const history = await session
    .connect()
    .then((connection) => connection.historyInfo(bucket, key))
    .catch(() => []);
  const last = history.at(-1);
  return last && isLive(last) ? keyTooltip(last, Date.now()) : known;
}
