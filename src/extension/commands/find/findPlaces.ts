import * as vscode from 'vscode';
import {
  bucketNode,
  connectionNode,
  type BucketNode,
  type FolderNode,
  type KeyNode,
  type TreeNode,
} from '../../../views/buckets/rows/nodes';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { FindPlace } from './findBox';
import { nameOf } from './findScope';

/**
 * Where the values of rows can be looked for, the nearest place first: the rows, the folders that a
 * row stands in, its bucket, all buckets of its connection, and those of other connections.
 */
export function findPlaces(
  nodes: readonly TreeNode[],
  sessions: readonly ConnectionSession[],
  parentOf: (node: TreeNode) => TreeNode | undefined,
): FindPlace[] {
  const [first, ...more] = nodes.filter(isSearchable);
  const near = first ? placesAround(first, parentOf) : [];
  const rows = first && more.length > 0 ? [rowsPlace([first, ...more])] : [];
  const own = first && 'session' in first ? first.session : undefined;
  const others = sessions.filter((session) => session !== own).map(connectionPlace);
  return [...rows, ...near, ...others];
}

type Searchable = Extract<TreeNode, { session: ConnectionSession }>;

function isSearchable(node: TreeNode): node is Searchable {
  return 'session' in node;
}

function placesAround(
  node: Searchable,
  parentOf: (node: TreeNode) => TreeNode | undefined,
): FindPlace[] {
  if (node.kind === 'connection') {
    return [connectionPlace(node.session)];
  }
  const { session, bucket } = node;
  const folders = foldersAround(node, parentOf).map(folderPlace);
  const key = node.kind === 'key' ? [keyPlace(node)] : [];
  return [...folders, bucketPlace(bucketNode(session, bucket)), connectionPlace(session), ...key];
}

function foldersAround(
  node: BucketNode | FolderNode | KeyNode,
  parentOf: (node: TreeNode) => TreeNode | undefined,
): FolderNode[] {
  const folders: FolderNode[] = [];
  for (let at: TreeNode | undefined = node; at; at = parentOf(at)) {
    if (at.kind === 'folder') {
      folders.push(at);
    }
  }
  return folders;
}

function keyPlace(node: KeyNode): FindPlace {
  return { name: nameOf(node), description: vscode.l10n.t('this key'), nodes: [node] };
}

function folderPlace(node: FolderNode): FindPlace {
  const description = vscode.l10n.t('folder on {0}', node.session.name);
  return { name: nameOf(node), description, nodes: [node] };
}

function bucketPlace(node: BucketNode): FindPlace {
  const description = vscode.l10n.t('bucket on {0}', node.session.name);
  return { name: nameOf(node), description, nodes: [node] };
}

function connectionPlace(session: ConnectionSession): FindPlace {
  const node = connectionNode(session);
  return { name: session.name, description: vscode.l10n.t('all its buckets'), nodes: [node] };
}

function rowsPlace(nodes: readonly TreeNode[]): FindPlace {
  const name = vscode.l10n.t('{0} rows', nodes.length);
  return { name, description: vscode.l10n.t('the selected ones'), nodes };
}
