import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { FolderSeparator } from '../../../kv/keys/folderKeys';
import { naturalOrder } from '../../../kv/base/naturalOrder';
import { parentPath, type Separators } from '../../../kv/keys/tree/keyPath';
import type { Pin } from './pins';

/** The rows of the Buckets view. `id` is unique in the tree and stable over refreshes and restarts. */
export type TreeNode =
  GroupNode | ConnectionNode | BucketNode | FolderNode | KeyNode | MoreNode | MessageNode;

/** A folder of connections. */
export interface GroupNode {
  readonly kind: 'group';
  readonly id: string;
  readonly folder: string;
}

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

/**
 * All keys that share the tokens of `prefix`. A row of several folders, each the only thing in the
 * one before, goes from `start` to `prefix`; its id is that of its start, which does not change when
 * the chain grows or breaks.
 */
export interface FolderNode {
  readonly kind: 'folder';
  readonly id: string;
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly start: string;
  readonly prefix: string;
  /** What parts its prefix from the rest of its keys. */
  readonly separator: FolderSeparator;
  /** The filter of the pin that it stands below, or is. */
  readonly pin?: string | undefined;
}

export interface KeyNode {
  readonly kind: 'key';
  readonly id: string;
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly key: string;
  /** The filter of the pin that it stands below, or is. */
  readonly pin?: string | undefined;
}

/** The row that shows the next page of a level. */
export interface MoreNode {
  readonly kind: 'more';
  readonly id: string;
  readonly level: ConnectionNode | BucketNode | FolderNode;
  readonly total: number;
  readonly shown: number;
}

type MessageIcon =
  | 'info'
  | 'warning'
  | 'error'
  | 'loading~spin'
  | 'add'
  | 'refresh'
  | 'plug'
  | 'clear-all'
  | 'fold-up'
  | 'go-to-file';

/** A row that tells a state and what can be done about it. */
export interface MessageNode {
  readonly kind: 'message';
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly tooltip?: string;
  readonly icon: MessageIcon;
  readonly command?: { readonly id: string; readonly arguments: readonly unknown[] };
}

/** The top rows: folders by name, then the connections that stand in none, in their own order. */
export function topNodes(sessions: readonly ConnectionSession[]): (GroupNode | ConnectionNode)[] {
  const folders = new Set(sessions.flatMap(({ config }) => config.folder ?? []));
  const loose = sessions.filter(({ config }) => config.folder === undefined);
  return [...[...folders].sort(naturalOrder()).map(groupNode), ...loose.map(connectionNode)];
}

export function groupNode(folder: string): GroupNode {
  return { kind: 'group', id: `folder/${folder}`, folder };
}

export function connectionNode(session: ConnectionSession): ConnectionNode {
  return { kind: 'connection', id: session.id, session };
}

export function bucketNode(session: ConnectionSession, bucket: string): BucketNode {
  return { kind: 'bucket', id: `${session.id}/${bucket}`, session, bucket };
}

type FolderParts = Partial<Pick<FolderNode, 'start' | 'separator' | 'pin'>>;

/** The row of a folder; `start` where it begins when it is several in one. */
export function folderNode(
  session: ConnectionSession,
  bucket: string,
  prefix: string,
  { start = prefix, separator = '.', pin }: FolderParts = {},
): FolderNode {
  const id = `${placeOf(session, bucket, pin)}/${start}/folder`;
  return { kind: 'folder', id, session, bucket, start, prefix, separator, pin };
}

export function keyNode(
  session: ConnectionSession,
  bucket: string,
  key: string,
  pin?: string,
): KeyNode {
  return {
    kind: 'key',
    id: `${placeOf(session, bucket, pin)}/${key}/key`,
    session,
    bucket,
    key,
    pin,
  };
}

/** The row that shows more of a level of which some are in view. */
export function moreNode(level: MoreNode['level'], total: number, shown: number): MoreNode {
  return { kind: 'more', id: `${level.id}/more`, level, total, shown };
}

/** The row of what was opened by its name. */
export function pinNode(session: ConnectionSession, { bucket, filter }: Pin): TreeNode {
  if (filter === undefined) {
    return bucketNode(session, bucket);
  }
  const prefix = pinnedPrefix(filter);
  return prefix === undefined
    ? keyNode(session, bucket, filter, filter)
    : folderNode(session, bucket, prefix, { pin: filter });
}

/** What the keys of a pin begin with; undefined where it is a single key. */
function pinnedPrefix(filter: string): string | undefined {
  return filter.endsWith('.>') ? filter.slice(0, -2) : undefined;
}

/** Whether a row is a pin itself, and not something below one. */
export function isPin(node: FolderNode | KeyNode): boolean {
  const path = node.kind === 'key' ? node.key : `${node.prefix}.>`;
  return node.pin === path && (node.kind === 'key' || node.start === node.prefix);
}

/** No bucket's name has a `~` in it. */
function placeOf(session: ConnectionSession, bucket: string, pin: string | undefined): string {
  return pin === undefined ? `${session.id}/${bucket}` : `${session.id}/${bucket}~${pin}`;
}

/** The row above a row, or undefined at the top; `levels` is how the keys of its bucket stand. */
export function parentOf(node: TreeNode, levels?: LevelShape): TreeNode | undefined {
  switch (node.kind) {
    case 'bucket':
      return connectionNode(node.session);
    case 'folder':
      return isPin(node) ? connectionNode(node.session) : levelOf(node, node.start, levels);
    case 'key':
      return isPin(node) ? connectionNode(node.session) : levelOf(node, node.key, levels);
    case 'more':
      return node.level;
    case 'connection': {
      const { folder } = node.session.config;
      return folder === undefined ? undefined : groupNode(folder);
    }
    case 'group':
    case 'message':
      return undefined;
  }
}

/** How keys are put into folders, as far as a row's place depends on it. */
export interface LevelShape {
  readonly separators: Separators;
  readonly flat: boolean;
  /** Where the row of several folders in one begins and ends that a folder is part of. */
  readonly chainOf: (
    folder: string,
    top: string,
  ) => { readonly start: string; readonly end: string };
  readonly separatorOf: (folder: string) => FolderSeparator;
}

const plainShape: LevelShape = {
  separators: { slash: false },
  flat: false,
  chainOf: (folder) => ({ start: folder, end: folder }),
  separatorOf: () => '.',
};

function levelOf(
  { session, bucket, pin }: FolderNode | KeyNode,
  path: string,
  shape = plainShape,
): TreeNode {
  const top = pin === undefined ? '' : (pinnedPrefix(pin) ?? '');
  const above = parentPath(path, shape.separators);
  if (above === top || above === '' || shape.flat) {
    return pin === undefined
      ? bucketNode(session, bucket)
      : pinNode(session, { bucket, filter: pin });
  }
  const { start, end } = shape.chainOf(above, top);
  return folderNode(session, bucket, end, { start, separator: shape.separatorOf(end), pin });
}
