import type { Connections } from '../../../kv/session/connections';
import type { BucketNode, FolderNode, KeyNode, TreeNode } from '../../../views/buckets/rows/nodes';
import type { TablePlace } from '../../../views/table/tablePlace';
import { commandIds } from '../../contributions';
import { foundKeys, type FoundRows } from '../find/foundKeys';
import type { CommandsOf } from '../register';
import type { FilterOf } from '../rowIndex';
import { chosenKeys, pickBucket } from '../target';

export interface TableCommandParts {
  readonly connections: Connections;
  readonly filterOf: FilterOf;
  readonly show: (place: TablePlace) => void;
  /** The row of the tree that a command without one is about. */
  readonly selected: () => TreeNode | undefined;
  /** What was found last. */
  readonly found: FoundRows;
}

/** Commands that open tables. */
export function tableCommands(parts: TableCommandParts): CommandsOf<'table'> {
  const { connections, show, selected } = parts;
  return {
    [commandIds.tableOpen]: async (
      node?: BucketNode | FolderNode | KeyNode,
      rows: readonly TreeNode[] = [],
    ) => {
      const target = await pickBucket(connections, node ?? selected());
      if (target) {
        show(placeOf(parts, target, node, rows));
      }
    },
    [commandIds.findOpenTable]: () => {
      const found = foundKeys(parts.found);
      if (found) {
        const { session, bucket, keys } = found;
        show({ connectionId: session.id, bucket, keys });
      }
    },
  };
}

function placeOf(
  { filterOf }: TableCommandParts,
  { session, bucket }: Pick<BucketNode, 'session' | 'bucket'>,
  node: BucketNode | FolderNode | KeyNode | undefined,
  rows: readonly TreeNode[],
): TablePlace {
  const connectionId = session.id;
  const filter = filterOf({ connectionId, bucket })?.text;
  const filtered = { connectionId, bucket, ...(filter !== undefined && { filter }) };
  if (node?.kind === 'folder') {
    const { prefix, separator } = node;
    return { ...filtered, folder: { prefix, separator } };
  }
  if (node?.kind === 'key') {
    const chosen = chosenKeys(node, rows).filter(
      (each) => each.session === session && each.bucket === bucket,
    );
    return { connectionId, bucket, keys: chosen.map(({ key }) => key) };
  }
  return filtered;
}
