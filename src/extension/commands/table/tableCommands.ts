import * as vscode from 'vscode';
import type { Connections } from '../../../kv/session/connections';
import type { BucketNode, FolderNode, KeyNode, TreeNode } from '../../../views/buckets/rows/nodes';
import type { FindResults } from '../../../views/find/findResults';
import type { TablePlace } from '../../../views/table/tablePlace';
import { commandIds } from '../../contributions';
import { inform } from '../../report';
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
  readonly found: Pick<FindResults, 'children'>;
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
      const place = placeOfFound(parts.found);
      if (place) {
        show(place);
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

/** The keys that a search found, of one bucket. */
function placeOfFound(found: TableCommandParts['found']): TablePlace | undefined {
  const buckets = found.children().filter((row) => row.kind === 'findBucket');
  const [only] = buckets;
  if (!only || buckets.length > 1) {
    inform(vscode.l10n.t('Search in one bucket first; what was found is in {0}.', buckets.length));
    return undefined;
  }
  const keys = found
    .children(only)
    .flatMap((row) => (row.kind === 'findKey' ? [row.found.key] : []));
  return { connectionId: only.session.id, bucket: only.bucket, keys };
}
