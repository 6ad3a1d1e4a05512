import type { KeyIndex } from '../../kv/session/keyIndex';
import type { KeyFilter } from '../../kv/find/keyFilter';
import { scopeOfRow } from '../../views/buckets/keys/keyRows';
import type { BucketNode, FolderNode, KeyNode } from '../../views/buckets/rows/nodes';
import type { BucketName } from '../find/keyFilters';

/** The filter that hides keys of a bucket in the tree, if there is one. */
export type FilterOf = (bucket: BucketName) => KeyFilter | undefined;

/** The index that a row's keys come from: that of its pin, of its bucket's filter, or of the bucket. */
export function indexOfRow(
  node: BucketNode | FolderNode | KeyNode,
  filterOf: FilterOf,
): KeyIndex | undefined {
  const { session, bucket } = node;
  const scope = scopeOfRow(node, filterOf({ connectionId: session.id, bucket }));
  return session.knownIndex(bucket, scope);
}
