import * as vscode from 'vscode';
import { commandIds } from '../../../extension/contributions';
import { isLive, type KeyInfo } from '../../../kv/model/entry';
import type { RowAge } from '../rows/ageTicker';
import type { KeyIndex } from '../../../kv/session/keyIndex';
import { folderPattern } from '../../../kv/keys/folderKeys';
import { nameOf, type Separators } from '../../../kv/keys/tree/keyPath';
import { formatCount, formatSize, timeName, timeText } from '../../format/format';
import { factTable } from '../../shown/factTable';
import { isPin, type FolderNode, type KeyNode } from '../rows/nodes';
import { access, item, spoken } from '../rows/treeItems';
import { placeIcon } from '../rows/productionMark';
import { goneQuery } from '../rows/pulses';
import { rowUri } from '../rows/rowUri';

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

/** What is known of a folder besides its name. */
export interface FolderFacts {
  /** Undefined for a pin whose keys have not been asked for. */
  readonly count: number | undefined;
  readonly deleted: number;
  readonly separators: Separators;
  readonly isExpanded: boolean;
  /** What is wrong with its keys as a whole, where it is a pin. */
  readonly state: string | undefined;
  /** More tokens for menus. */
  readonly marks: readonly string[];
}

/** The row of a folder, or of several that have nothing else in them. */
export function folderItem(node: FolderNode, facts: FolderFacts): vscode.TreeItem {
  const { count, deleted, separators, state } = facts;
  const label = isPin(node) ? `${node.bucket} › ${node.prefix}` : chainName(node, separators);
  const gone = deleted > 0 ? vscode.l10n.t('{0} deleted', formatCount(deleted)) : undefined;
  const known = count === undefined ? undefined : formatCount(count);
  const description = [state ?? known, gone].filter((fact) => fact).join(' · ');
  const treeItem = item(node.id, label, facts.isExpanded ? Expanded : Collapsed, {
    description,
    iconPath: placeIcon(isPin(node) ? 'pinned' : 'symbol-folder', node.session.config),
    contextValue: ['folder', access(node), ...(isPin(node) ? ['pinned'] : []), ...facts.marks].join(
      ' ',
    ),
    tooltip: folderPattern(node),
  });
  treeItem.resourceUri = rowUri(node);
  return spoken(
    treeItem,
    label,
    known === undefined ? vscode.l10n.t('folder') : vscode.l10n.t('folder of {0} keys', known),
    gone,
    state,
  );
}

function chainName({ start, prefix }: FolderNode, separators: Separators): string {
  return nameOf(start, separators) + prefix.slice(start.length) || vscode.l10n.t('(empty)');
}

/** What is known of a key besides its name. */
export interface KeyFacts {
  readonly info: KeyInfo | undefined;
  /** Whether it is known that there is none. */
  readonly isMissing: boolean;
  readonly label: string;
  /** How long ago it was written or deleted, and how long it will be there. */
  readonly age: RowAge | undefined;
  /** What has just happened to it, for screen readers. */
  readonly pulse: string | undefined;
  readonly uri: vscode.Uri;
}

/**
 * The row of a key; that of a deleted one leads to its history. Its tooltip is made when it is asked
 * for: VS Code parses the Markdown of every row that it is given.
 */
export function keyItem(
  node: KeyNode,
  { info, isMissing, label, age, pulse, uri }: KeyFacts,
): vscode.TreeItem {
  const isGone = info !== undefined && !isLive(info);
  // What goes by itself says so first: a narrow row is cut off at its end.
  const value = info ? [age?.left, formatSize(info.size), age?.left ? undefined : age?.age] : [];
  const facts = isGone ? [goneWords(info, age?.age)] : value.filter((fact) => fact !== undefined);
  const name = isPin(node) ? `${node.bucket} › ${label}` : label;
  const treeItem = item(node.id, name, None, {
    description: isMissing ? vscode.l10n.t('not there') : facts.join(' · '),
    iconPath: placeIcon(
      isGone ? goneIcon(info) : isPin(node) ? 'pinned' : 'key',
      node.session.config,
    ),
    contextValue: [
      isGone ? 'deletedKey' : 'key',
      access(node),
      ...(isPin(node) ? ['pinned'] : []),
    ].join(' '),
    command: isGone ? showHistory(node) : openText(uri),
    tooltip: undefined,
  });
  const row = rowUri(node);
  treeItem.resourceUri = isGone ? row.with({ query: goneQuery }) : row;
  return spoken(treeItem, name, vscode.l10n.t('key'), ...facts, pulse);
}

/** The text editor, whatever file type the last token looks like. */
function openText(uri: vscode.Uri): vscode.Command {
  const title = vscode.l10n.t('Open Key');
  return { command: 'vscode.open', title, arguments: [uri, { override: false }] };
}

function showHistory(node: KeyNode): vscode.Command {
  return {
    command: commandIds.historyShow,
    title: vscode.l10n.t('Show History'),
    arguments: [node],
  };
}

function goneWords({ operation }: KeyInfo, age = ''): string {
  switch (operation) {
    case 'EXPIRED':
      return vscode.l10n.t('expired {0}', age);
    case 'PURGE':
      return vscode.l10n.t('purged {0}', age);
    default:
      return vscode.l10n.t('deleted {0}', age);
  }
}

function goneIcon({ operation }: KeyInfo): string {
  return operation === 'EXPIRED' ? 'clock' : 'trash';
}

/** The facts of a key in a bucket whose values do not expire. */
export function keyFacts(info: KeyInfo, age: RowAge): vscode.MarkdownString {
  const size = [vscode.l10n.t('Size'), formatSize(info.size)] as const;
  return factTable(info.key, [
    [vscode.l10n.t('Revision'), formatCount(info.revision)],
    ...(isLive(info) ? [size] : [[vscode.l10n.t('Operation'), goneWords(info, age.age)] as const]),
    [timeName(info), timeText(info.created, age.age)],
  ]);
}

/** When a live value goes by itself, by its own TTL or that of its bucket; undefined for never. */
export function expiryOf(info: KeyInfo, { watch }: KeyIndex): number | undefined {
  const ttl = info.ttl ?? watch.looks.last?.ttl ?? 0;
  return isLive(info) && ttl !== 'never' && ttl > 0 ? info.created + ttl : undefined;
}
