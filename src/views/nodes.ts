import type { ConnectionSession } from '../kv/connectionSession';

/** The rows of the Buckets view. `id` is unique in the tree and stable over refreshes and restarts. */
export type TreeNode = ConnectionNode | BucketNode | FolderNode | KeyNode | MoreNode | MessageNode;

export interface ConnectionNode {
  readonly kind: 'connection';
  readonly id: string;
  readonly session: ConnectionSession;
}

export interface BucketNode {
  readonly kind: 'bucket';
  readonly id: string;
  readonly session: ConnectionSession;
  readonly bucket: string;
}

/** All keys that share the tokens of `prefix`. */
export interface FolderNode {
  readonly kind: 'folder';
  readonly id: string;
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly prefix: string;
}

export interface KeyNode {
  readonly kind: 'key';
  readonly id: string;
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly key: string;
}

/** The row that shows the next page of a level. */
export interface MoreNode {
  readonly kind: 'more';
  readonly id: string;
  readonly level: BucketNode | FolderNode;
  readonly total: number;
  readonly next: number;
}

/** A row that tells a state and what can be done about it. */
export interface MessageNode {
  readonly kind: 'message';
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly tooltip?: string;
  readonly icon: 'info' | 'warning' | 'error' | 'loading~spin' | 'add' | 'refresh' | 'plug';
  readonly command?: { readonly id: string; readonly arguments: readonly unknown[] };
}

export function connectionNode(session: ConnectionSession): ConnectionNode {
  return { kind: 'connection', id: session.id, session };
}

export function bucketNode(session: ConnectionSession, bucket: string): BucketNode {
  return { kind: 'bucket', id: `${session.id}/${bucket}`, session, bucket };
}

export function folderNode(session: ConnectionSession, bucket: string, prefix: string): FolderNode {
  return {
    kind: 'folder',
    id: `${session.id}/${bucket}/${prefix}/folder`,
    session,
    bucket,
    prefix,
  };
}

export function keyNode(session: ConnectionSession, bucket: string, key: string): KeyNode {
  return { kind: 'key', id: `${session.id}/${bucket}/${key}/key`, session, bucket, key };
}

/** The row above a row, or undefined at the top. */
export function parentOf(node: TreeNode): TreeNode | undefined {
  switch (node.kind) {
    case 'bucket':
      return connectionNode(node.session);
    case 'folder':
      return levelOf(node.session, node.bucket, node.prefix);
    case 'key':
      return levelOf(node.session, node.bucket, node.key);
    case 'more':
      return node.level;
    case 'connection':
    case 'message':
      return undefined;
  }
}

function levelOf(session: ConnectionSession, bucket: string, path: string): TreeNode {
  const end = path.lastIndexOf('.');
  return end < 0 ? bucketNode(session, bucket) : folderNode(session, bucket, path.slice(0, end));
}
