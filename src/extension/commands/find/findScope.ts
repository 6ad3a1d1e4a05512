import * as vscode from 'vscode';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { KvError } from '../../../kv/model/errors';
import { folderKeys, startOfKeys } from '../../../kv/keys/folderKeys';
import type { KeyFilter } from '../../../kv/find/keyFilter';
import type { SearchPlace } from '../../../kv/find/valueSearch';
import type { FolderNode, TreeNode } from '../../../views/buckets/rows/nodes';
import type { BucketName } from '../../find/keyFilters';

/** Where to look, and how that is called in titles. */
export interface FindScope {
  readonly places: readonly SearchPlace[];
  readonly name: string;
}

/** How the tree shows keys, as far as it matters to what is in a row. */
export interface ShownKeys {
  readonly filterOf: (bucket: BucketName) => KeyFilter | undefined;
}

/**
 * What the rows of the tree stand for: all keys that are in them when they are expanded, so that a
 * filter counts. Undefined when none of them has values.
 */
export async function scopeOf(
  nodes: readonly TreeNode[],
  shown: ShownKeys,
): Promise<FindScope | undefined> {
  const places = (await Promise.all(nodes.map((node) => placesOf(node, shown)))).flat();
  const [first] = nodes;
  if (places.length === 0 || !first) {
    return undefined;
  }
  const name = nodes.length === 1 ? nameOf(first) : vscode.l10n.t('{0} rows', nodes.length);
  return { places: merged(places), name };
}

async function placesOf(node: TreeNode, shown: ShownKeys): Promise<SearchPlace[]> {
  switch (node.kind) {
    case 'connection':
      return (await bucketsOf(node.session)).map((bucket) => bucketPlace(node, bucket, shown));
    case 'bucket':
      return [bucketPlace(node, node.bucket, shown)];
    case 'folder':
      return [folderPlace(node, shown)];
    case 'key':
      return [{ session: node.session, bucket: node.bucket, keys: [node.key] }];
    default:
      return [];
  }
}

function bucketPlace(
  { session }: { readonly session: ConnectionSession },
  bucket: string,
  { filterOf }: ShownKeys,
): SearchPlace {
  const filter = filterOf({ connectionId: session.id, bucket });
  if (!filter) {
    return { session, bucket };
  }
  return filter.subjectFilter === undefined
    ? { session, bucket, matches: filter.matches }
    : { session, bucket, filters: [filter.subjectFilter] };
}

/** Of a pin, whose keys no filter hides, or of a bucket. */
function folderPlace(node: FolderNode, { filterOf }: ShownKeys): SearchPlace {
  const { session, bucket, pin } = node;
  const filter = pin === undefined ? filterOf({ connectionId: session.id, bucket }) : undefined;
  const keys = folderKeys(node);
  const matches = (key: string): boolean =>
    (keys.matches?.(key) ?? true) && (filter?.matches(key) ?? true);
  return { session, bucket, filters: [keys.filter], matches };
}

async function bucketsOf(session: ConnectionSession): Promise<string[]> {
  if (session.buckets.current.kind !== 'loaded') {
    await session.loadBuckets();
  }
  const { current } = session.buckets;
  if (current.kind === 'failed') {
    throw current.error;
  }
  if (current.kind !== 'loaded') {
    throw new KvError('disconnected', vscode.l10n.t('{0} is not connected', session.name));
  }
  return current.buckets.map(({ name }) => name);
}

/** One place for all selected keys of a bucket: they are read together. */
function merged(places: readonly SearchPlace[]): SearchPlace[] {
  const byBucket = new Map<string, { place: SearchPlace; keys: string[] }>();
  const others: SearchPlace[] = [];
  for (const place of places) {
    if (!place.keys) {
      others.push(place);
      continue;
    }
    const id = `${place.session.id}/${place.bucket}`;
    const group = byBucket.get(id) ?? { place, keys: [] };
    group.keys.push(...place.keys);
    byBucket.set(id, group);
  }
  return [...others, ...[...byBucket.values()].map(({ place, keys }) => ({ ...place, keys }))];
}

/** What a folder's keys begin with, as people write it. */
function folderStart(folder: FolderNode): string {
  return folder.separator === 'mixed' ? folder.prefix : startOfKeys(folder);
}

/** What a row's keys are called. */
export function nameOf(node: TreeNode): string {
  switch (node.kind) {
    case 'connection':
      return node.session.name;
    case 'folder':
      return vscode.l10n.t('folder {0} of {1}', folderStart(node), node.bucket);
    case 'key':
      return node.key;
    case 'bucket':
      return node.bucket;
    default:
      return node.id;
  }
}
