import { folderKeys, folderPattern } from '../../../kv/keys/folderKeys';
import type { KeyMapping } from '../../../kv/transfer/keyMapping';
import type { TransferScope } from '../../../kv/transfer/scope';
import type { FolderNode } from '../../../views/buckets/rows/nodes';
import type { FilterOf } from '../rowIndex';
import type { NamedScope } from './exportKeys';

/** A folder as what the server can be asked for, as far as a filter of the tree lets its keys be seen. */
export function folderScope(folder: FolderNode, filterOf: FilterOf): NamedScope {
  const { session, bucket, pin } = folder;
  const { filter, matches } = folderKeys(folder);
  // A pin shows its keys whatever the filter of its bucket is.
  const shown = pin === undefined ? filterOf({ connectionId: session.id, bucket }) : undefined;
  const isWanted = (key: string): boolean =>
    (matches?.(key) ?? true) && (shown?.matches(key) ?? true);
  const scope = { filters: [filter], matches: matches || shown ? isWanted : undefined };
  return { session, bucket, scope, name: folderPattern(folder) };
}

/**
 * A scope that is copied into the bucket that it is of: what is below the new prefix already stays as it is, or
 * each copy would be a source again.
 */
export function outsideOf(
  scope: TransferScope,
  { strip = '', prefix = '' }: KeyMapping,
): TransferScope {
  const { matches } = scope;
  return prefix !== '' && prefix.startsWith(strip)
    ? { ...scope, matches: (key) => !key.startsWith(prefix) && (matches?.(key) ?? true) }
    : scope;
}
