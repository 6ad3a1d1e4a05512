import * as vscode from 'vscode';
import type { BucketsView } from '../../../views/buckets/bucketsView';
import type { FindNode } from '../../../views/find/findNodes';
import type { FindResults } from '../../../views/find/findResults';
import type { FindResultsView } from '../../../views/find/findResultsView';
import {
  bucketNode,
  keyNode,
  type BucketNode,
  type KeyNode,
  type TreeNode,
} from '../../../views/buckets/rows/nodes';
import type { Connections } from '../../../kv/session/connections';
import { commandIds } from '../../contributions';
import { parseKeyUri } from '../../documents/address/keyUri';
import type { BucketName, KeyFilters } from '../../find/keyFilters';
import { openKeyEditor } from '../../documents/editors/openKeyEditor';
import type { CommandMap } from '../register';
import { pickBucket, reportFailure } from '../target';
import { askFilter } from './filterKeys';
import { scopeOf, type FindScope } from './findScope';
import { askQuery } from './findSteps';
import type { ValueFinder } from './findValues';
import { goToKey } from './goToKey';
import { openMatch } from './openMatch';
import { revealInTree } from './revealInTree';
import { plainWindow } from '../../../views/shown/plainWindow';

export interface FindParts {
  readonly connections: Connections;
  readonly buckets: BucketsView;
  readonly filters: KeyFilters;
  readonly finder: ValueFinder;
  readonly results: FindResults;
  readonly resultsView: FindResultsView;
  readonly log: vscode.LogOutputChannel;
}

/** Commands that find keys and values, and show where they are. */
export function findCommands(parts: FindParts): CommandMap {
  const { finder, results, resultsView } = parts;
  const rows = (node?: FindNode, all?: readonly FindNode[]): readonly FindNode[] =>
    all ?? (node ? [node] : resultsView.view.selection);
  return {
    [commandIds.keyGoTo]: () => goTo(parts),
    [commandIds.keyReveal]: (target?: vscode.Uri | KeyNode) => reveal(parts, target),
    [commandIds.keysFilter]: async (node?: TreeNode) => {
      const target = await pickBucket(parts.connections, node);
      if (target) {
        const { session, bucket } = target;
        await askFilter(parts.filters, { connectionId: session.id, bucket });
      }
    },
    [commandIds.keysClearFilter]: (node: BucketNode) =>
      parts.filters.clear({ connectionId: node.session.id, bucket: node.bucket }),
    [commandIds.valueFind]: (node?: TreeNode, all?: readonly TreeNode[]) =>
      findValues(parts, all ?? (node ? [node] : [])),
    [commandIds.findOpen]: (node: Exclude<FindNode, { kind: 'findBucket' }>) =>
      openMatch(node, finder.query),
    [commandIds.findRefresh]: () => finder.refresh(),
    [commandIds.findClear]: () => finder.clear(),
    [commandIds.findCopy]: (node?: FindNode, all?: readonly FindNode[]) => {
      const chosen = rows(node, all);
      return vscode.env.clipboard.writeText(results.text(chosen.length > 0 ? chosen : undefined));
    },
    [commandIds.findDismiss]: (node?: FindNode, all?: readonly FindNode[]) =>
      rows(node, all).forEach((row) => results.dismiss(row)),
  };
}

function goTo({ connections, buckets, filters, log }: FindParts): void {
  goToKey(connections, {
    open: ({ session, bucket, key }) =>
      reporting(log, vscode.l10n.t('Failed to open {0}', key), () =>
        openKeyEditor(session, bucket, key),
      ),
    reveal: (found) =>
      reporting(log, vscode.l10n.t('Failed to reveal {0}', found.key), () =>
        revealInTree(buckets, filters, found),
      ),
  });
}

/** What a pick starts, after it has been hidden, is no longer the command's. */
async function reporting(
  log: vscode.LogOutputChannel,
  failed: string,
  action: () => Promise<void>,
): Promise<void> {
  try {
    await action();
  } catch (error) {
    await reportFailure(log, failed, error);
  }
}

/** Of a row, of the editor that the menu belongs to, or of the active one. */
async function reveal(
  { connections, buckets, filters }: FindParts,
  target: vscode.Uri | KeyNode | undefined,
): Promise<void> {
  const key =
    target === undefined
      ? activeKey(connections)
      : 'session' in target
        ? target
        : keyOf(connections, target);
  if (key) {
    await revealInTree(buckets, filters, key);
  } else {
    void plainWindow.showInformationMessage(vscode.l10n.t('Open a key in an editor first.'));
  }
}

function activeKey(connections: Connections): KeyNode | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri && keyOf(connections, uri);
}

function keyOf(connections: Connections, uri: vscode.Uri): KeyNode | undefined {
  const address = parseKeyUri(uri);
  const session = address && connections.get(address.connectionId);
  return session && keyNode(session, address.bucket, address.key);
}

async function findValues(parts: FindParts, nodes: readonly TreeNode[]): Promise<void> {
  const scope = await askScope(parts, nodes);
  const query = scope && (await askQuery(scope.name, parts.finder.query));
  if (scope && query) {
    await parts.finder.find({ query, scope });
  }
}

async function askScope(
  { connections, filters }: FindParts,
  nodes: readonly TreeNode[],
): Promise<FindScope | undefined> {
  const shown = { filterOf: (bucket: BucketName) => filters.get(bucket) };
  const scope = await scopeOf(nodes, shown);
  if (scope) {
    return scope;
  }
  const target = await pickBucket(connections, undefined);
  return target && scopeOf([bucketNode(target.session, target.bucket)], shown);
}
