import * as vscode from 'vscode';
import type { BucketsView } from '../../../views/buckets/bucketsView';
import type { FindNode } from '../../../views/find/findNodes';
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
import type { SearchHistory } from '../../find/searchHistory';
import type { Pins } from '../../../views/buckets/rows/pins';
import type { RecentKeys } from '../../find/recentKeys';
import type { KeyDocuments } from '../../documents/model/keyDocuments';
import { openOrTell } from '../keys/openOrTell';
import type { CommandsOf } from '../register';
import { pickBucket, reportFailure } from '../target';
import { focusedRows } from '../tree/focusedRows';
import { askFilter } from './filterKeys';
import { askFind } from './findBox';
import { findPlaces } from './findPlaces';
import { scopeOf } from './findScope';
import type { ValueFinder } from './findValues';
import { goToKey } from './goToKey';
import { openMatch } from './openMatch';
import { replaceFound, type ReplaceParts } from './replaceFound';
import { revealInTree } from './revealInTree';
import { backgroundOf, inform } from '../../report';

export interface FindParts extends ReplaceParts {
  readonly connections: Connections;
  readonly documents: KeyDocuments;
  readonly buckets: BucketsView;
  readonly filters: KeyFilters;
  readonly recent: RecentKeys;
  readonly pins: Pins;
  readonly finder: ValueFinder;
  readonly resultsView: FindResultsView;
  readonly history: SearchHistory;
  readonly log: vscode.LogOutputChannel;
}

/** Commands that find keys and values, and show where they are. */
export function findCommands(parts: FindParts): CommandsOf<'find'> {
  const { finder, results, resultsView } = parts;
  const rows = (node?: FindNode, all?: readonly FindNode[]): readonly FindNode[] =>
    all ?? (node ? [node] : resultsView.view.selection);
  /** Those of a menu, or those that a pressed key is about. */
  const pressed = async (node?: FindNode | 'focused', all?: readonly FindNode[]) =>
    node === 'focused' ? focusedRows(resultsView.view) : rows(node, all);
  return {
    [commandIds.keyGoTo]: () => goTo(parts),
    [commandIds.keyReveal]: (target?: vscode.Uri | KeyNode) => reveal(parts, target),
    [commandIds.keysFilter]: async (node?: TreeNode) => {
      const target = await pickBucket(parts.connections, node);
      if (target) {
        const { session, bucket } = target;
        const name = { connectionId: session.id, bucket };
        const before = parts.filters.get(name);
        await askFilter(parts.filters, name, backgroundOf(parts.log));
        if (parts.filters.get(name) && parts.filters.get(name) !== before) {
          // What it lets through is what one wants to see.
          await parts.buckets.open(bucketNode(session, bucket));
        }
      }
    },
    [commandIds.keysClearFilter]: (node: BucketNode) =>
      parts.filters.clear({ connectionId: node.session.id, bucket: node.bucket }),
    [commandIds.valueFind]: (node?: TreeNode, all?: readonly TreeNode[]) =>
      findValues(parts, all ?? (node ? [node] : nearest(parts))),
    [commandIds.findOpen]: (node: Exclude<FindNode, { kind: 'findBucket' }>) =>
      openMatch(node, finder.query),
    [commandIds.findOpenToSide]: async (node?: FindNode | 'focused') => {
      const [row] = await pressed(node);
      if (row && row.kind !== 'findBucket') {
        await openMatch(row, finder.query, { beside: true });
      }
    },
    [commandIds.findCopyKey]: async (node?: FindNode | 'focused', all?: readonly FindNode[]) =>
      vscode.env.clipboard.writeText(namesOf(await pressed(node, all)).join('\n')),
    [commandIds.findReveal]: async (node?: FindNode) => {
      const [found] = foundIn(rows(node));
      if (found) {
        await revealInTree(parts.buckets, parts.filters, found);
      }
    },
    [commandIds.findReplace]: (node?: FindNode, all?: readonly FindNode[]) =>
      replace(parts, rows(node, all)),
    [commandIds.findReplaceAll]: () => replace(parts, results.children()),
    [commandIds.findRefresh]: () => finder.refresh(),
    [commandIds.findClear]: () => finder.clear(),
    [commandIds.findCopy]: (node?: FindNode, all?: readonly FindNode[]) => {
      const chosen = rows(node, all);
      return vscode.env.clipboard.writeText(results.text(chosen.length > 0 ? chosen : undefined));
    },
    [commandIds.findDismiss]: async (node?: FindNode | 'focused', all?: readonly FindNode[]) =>
      (await pressed(node, all)).forEach((row) => results.dismiss(row)),
  };
}

/** The values of rows; none for rows of buckets. */
function foundIn(nodes: readonly FindNode[]) {
  return nodes.flatMap((node) =>
    node.kind === 'findKey' ? [node.found] : node.kind === 'findMatch' ? [node.parent.found] : [],
  );
}

/** The keys of rows, each once; of a bucket its name. */
function namesOf(nodes: readonly FindNode[]): string[] {
  const names = nodes.map((node) =>
    node.kind === 'findBucket' ? node.bucket : (foundIn([node])[0]?.key ?? ''),
  );
  return [...new Set(names)];
}

async function replace(parts: FindParts, nodes: readonly FindNode[]): Promise<void> {
  const { query } = parts.finder;
  if (query) {
    await replaceFound(parts, query, nodes);
  }
}

function goTo({ connections, documents, recent, pins, buckets, filters, log }: FindParts): void {
  goToKey(
    { connections, recent, pins },
    {
      inBackground: backgroundOf(log),
      open: ({ session, bucket, key }) =>
        reporting(log, vscode.l10n.t('Failed to open {0}', key), () =>
          openOrTell(documents, session, bucket, key),
        ),
      reveal: (found) =>
        reporting(log, vscode.l10n.t('Failed to reveal {0}', found.key), () =>
          revealInTree(buckets, filters, found),
        ),
    },
  );
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
    inform(vscode.l10n.t('Open a key in an editor first.'));
  }
}

/** What a command from the palette is about: the key in the active editor, else what is selected. */
function nearest({ connections, buckets }: FindParts): readonly TreeNode[] {
  const key = activeKey(connections);
  return key ? [key] : buckets.view.selection;
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
  const { connections, buckets, finder, history } = parts;
  const answer = await askFind({
    places: findPlaces(nodes, connections.all, (node) => buckets.getParent(node)),
    before: finder.query ?? history.all[0],
    history: history.all,
  });
  const chosen = answer?.place?.nodes ?? (answer && (await askBucket(connections)));
  const shown = { filterOf: (bucket: BucketName) => parts.filters.get(bucket) };
  const scope = chosen && (await scopeOf(chosen, shown));
  if (answer && scope) {
    await history.add(answer.query);
    await finder.find({ query: answer.query, scope });
  }
}

async function askBucket(connections: Connections): Promise<readonly TreeNode[] | undefined> {
  const target = await pickBucket(connections, undefined);
  return target && [bucketNode(target.session, target.bucket)];
}
