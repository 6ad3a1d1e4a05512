import * as vscode from 'vscode';
import type { BucketNode, ConnectionNode, TreeNode } from '../../../views/buckets/rows/nodes';
import type { Connections } from '../../../kv/session/connections';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { commandIds } from '../../contributions';
import { EscapeBack } from '../escapeBack';
import type { CommandMap } from '../register';
import { pickBucket } from '../target';
import type { BucketJson } from './bucketJson';
import { indexOfRow, type FilterOf } from '../rowIndex';
import type { RootNode } from '../../../views/buckets/keys/followedIndexes';

export interface BucketCommandParts {
  readonly connections: Connections;
  readonly filterOf: FilterOf;
  /** The page of the properties of a bucket. */
  readonly pages: { showBucket(session: ConnectionSession, bucket: string): void };
  readonly json: BucketJson;
  /** The row of the tree that a command without one is about. */
  readonly selected: () => TreeNode | undefined;
  readonly log: vscode.LogOutputChannel;
}

/** Commands on buckets. */
export function bucketCommands(parts: BucketCommandParts): CommandMap {
  const { connections, filterOf, pages, json, selected, log } = parts;
  const escape = new EscapeBack();
  return {
    [commandIds.stepBack]: () => escape.press(),
    [commandIds.bucketProperties]: async (node?: BucketNode) => {
      const target = await pickBucket(connections, node ?? selected());
      if (target) {
        pages.showBucket(target.session, target.bucket);
      }
    },
    [commandIds.bucketShowJson]: async (node?: BucketNode) => {
      const target = await pickBucket(connections, node ?? selected());
      if (target) {
        await json.show(target.session, target.bucket);
      }
    },
    [commandIds.bucketCreate]: async (node?: ConnectionNode) =>
      (await import('./createBucket')).createBucket({ connections, log, escape }, node),
    [commandIds.bucketCopyName]: (node?: BucketNode, rows?: readonly TreeNode[]) =>
      copyNames(connections, node, rows),
    [commandIds.bucketStopListing]: (node: RootNode) => indexOfRow(node, filterOf)?.cancelListing(),
    [commandIds.bucketList]: (node: RootNode) => indexOfRow(node, filterOf)?.reload(),
  };
}

async function copyNames(
  connections: Connections,
  node: BucketNode | undefined,
  rows: readonly TreeNode[] = [],
): Promise<void> {
  const buckets = rows.filter((row) => row.kind === 'bucket');
  const target = buckets.length === 0 ? await pickBucket(connections, node) : undefined;
  const names = [...buckets, ...(target ? [target] : [])].map(({ bucket }) => bucket);
  if (names.length > 0) {
    await vscode.env.clipboard.writeText(names.join('\n'));
  }
}
