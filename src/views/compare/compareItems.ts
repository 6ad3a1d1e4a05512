import * as vscode from 'vscode';
import { commandIds } from '../../extension/contributions';
import type { CompareSide } from '../../kv/compare/compareSide';
import type { Comparison } from '../../kv/compare/comparison';
import type { CompareBy } from '../../kv/compare/compareRules';
import { momentText } from '../asOf/asOfItems';
import { placeOf } from '../buckets/rows/productionMark';
import { formatCount, formatSize, keysText } from '../format/format';
import { factTable } from '../shown/factTable';
import type {
  Compared,
  ComparedFile,
  ComparedPart,
  CompareFolderNode,
  CompareGroupNode,
  CompareKeyNode,
  CompareMoreNode,
  ShownState,
} from './compareNodes';

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

const icons: Readonly<Record<ShownState, string>> = {
  different: 'diff-modified',
  left: 'diff-removed',
  right: 'diff-added',
  unreadable: 'warning',
};

/** A side in words: `orders › eu. as of r1204 · local · PRODUCTION`, or `orders.ndjson › eu.`. */
export function partText(part: ComparedPart): string {
  const { t } = vscode.l10n;
  const { prefix } = part;
  const own = part.kind === 'file' ? part.name : part.bucket;
  const name = prefix === '' ? own : `${own} › ${prefix}`;
  if (part.kind === 'file') {
    return name;
  }
  const { session, moment } = part;
  const when = moment ? t('{0} as of {1}', name, momentText(moment)) : name;
  return `${when} · ${placeOf(session.config)}`;
}

export function compareGroupItem(
  { id, state }: CompareGroupNode,
  { parts, comparison }: Compared,
): vscode.TreeItem {
  const count = comparison.count(state);
  const item = new vscode.TreeItem(groupName(state), count <= 1_000 ? Expanded : Collapsed);
  item.id = id;
  item.description = formatCount(count);
  item.iconPath = new vscode.ThemeIcon(icons[state]);
  item.contextValue = contextOf('compareGroup', state, comparison);
  item.tooltip =
    state === 'left' || state === 'right'
      ? partText(state === 'left' ? parts[0] : parts[1])
      : groupName(state);
  item.accessibilityInformation = { label: `${groupName(state)}, ${keysText(count)}` };
  return item;
}

export function compareFolderItem(
  { id, row, state }: CompareFolderNode,
  { comparison }: Compared,
): vscode.TreeItem {
  const item = new vscode.TreeItem(row.name, Collapsed);
  item.id = id;
  item.description = formatCount(row.end - row.start);
  item.iconPath = new vscode.ThemeIcon('folder');
  item.contextValue = contextOf('compareFolder', state, comparison);
  item.accessibilityInformation = {
    label: `${row.name}, ${vscode.l10n.t('folder')}, ${keysText(row.end - row.start)}`,
  };
  return item;
}

export function compareKeyItem(
  node: CompareKeyNode,
  { comparison, parts }: Compared,
): vscode.TreeItem {
  const { t } = vscode.l10n;
  const { row, state } = node;
  const item = new vscode.TreeItem(row.name, None);
  const at = comparison.table.find(row.path) ?? -1;
  const [left, right] = [comparison.table.factsAt(0, at), comparison.table.factsAt(1, at)];
  const isUnknown = (side: 0 | 1): boolean =>
    comparison.sides[side].isUnknown?.(comparison.keyOf(side, at)) ?? false;
  const shown = [left, right].map(({ size }, side) =>
    size === undefined || isUnknown(side === 0 ? 0 : 1) ? undefined : formatSize(size),
  );
  item.id = node.id;
  item.iconPath = new vscode.ThemeIcon(icons[state]);
  item.contextValue = contextOf('compareKey', state, comparison);
  item.description = shown.filter((size) => size !== undefined).join(' ↔ ');
  item.accessibilityInformation = {
    label: `${row.name}, ${groupName(state)}, ${item.description}`,
  };
  const fact = (side: 0 | 1, { revision, size }: typeof left): string =>
    isUnknown(side)
      ? t('not known')
      : size === undefined
        ? t('no value')
        : parts[side].kind === 'file'
          ? formatSize(size)
          : `r${revision}, ${formatSize(size)}`;
  item.tooltip = factTable(row.path, [
    [partText(parts[0]), fact(0, left)],
    [partText(parts[1]), fact(1, right)],
  ]);
  item.command = {
    command: commandIds.compareOpen,
    title: t('Open Differences'),
    arguments: [node],
  };
  return item;
}

export function compareMoreItem({ id, shown, total }: CompareMoreNode): vscode.TreeItem {
  const { t } = vscode.l10n;
  const item = new vscode.TreeItem(t('Load more (of {0})…', formatCount(total - shown)), None);
  item.id = id;
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.contextValue = 'compareMore';
  item.command = { command: commandIds.compareMore, title: t('Load More'), arguments: [{ id }] };
  return item;
}

/** Both sides, what was found, and what was compared: above the rows. */
export function comparedText({ parts, comparison, follow, isWritten }: Compared): string {
  const { t } = vscode.l10n;
  const [different, left, right, same, unreadable] = (
    ['different', 'left', 'right', 'same', 'unreadable'] as const
  ).map((state) => comparison.count(state)) as [number, number, number, number, number];
  const { by, ignoredKeys, ignoredPaths } = comparison.rules;
  const sides = `${partText(parts[0])} ↔ ${partText(parts[1])}.`;
  const found = t(
    '{0} different, {1} only left, {2} only right; {3} same, not shown.',
    ...[different, left, right, same].map(formatCount),
  );
  const ignored = [...ignoredKeys, ...ignoredPaths];
  return [
    sides,
    found,
    ...(unreadable > 0 ? [unreadableText(unreadable, parts)] : []),
    ...comparison.sides.flatMap((side, at) => problemText(side, parts[at === 0 ? 0 : 1])),
    byText(by),
    ...(ignored.length > 0 ? [t('Ignored: {0}.', ignored.join(', '))] : []),
    ...parts.flatMap((part) => (part.kind === 'file' ? [readText(part, isWritten)] : [])),
    ...followText(follow),
  ].join(' ');
}

function unreadableText(count: number, parts: Compared['parts']): string {
  const { t } = vscode.l10n;
  const isThen = parts.some((part) => part.kind === 'bucket' && part.moment !== undefined);
  return isThen
    ? t('{0} cannot be read, or the history no longer tells what was there.', keysText(count))
    : t('{0} cannot be read.', keysText(count));
}

/** What a file has that is no entry: the first of it, and how much there is. */
function problemText(side: CompareSide, part: ComparedPart): string[] {
  const { t } = vscode.l10n;
  const [first] = side.problems ?? [];
  if (!first) {
    return [];
  }
  const { problem, line, file, key } = first;
  const where = line === undefined ? (file ?? key ?? '') : t('line {0}', formatCount(line));
  const count = side.problemCount ?? 0;
  const said = `${partText(part)}, ${where}: ${problem}`;
  return [count > 1 ? t('{0}, and {1} more.', said, formatCount(count - 1)) : `${said}.`];
}

function readText({ name }: ComparedFile, isWritten: boolean): string {
  const { t } = vscode.l10n;
  return isWritten
    ? t('{0} was written since it was read: Compare Again reads it anew.', name)
    : t('{0} as it was read.', name);
}

function byText(by: CompareBy): string {
  const { t } = vscode.l10n;
  switch (by) {
    case 'size':
      return t('Compared by size only: values of one size may differ.');
    case 'bytes':
      return t('Values compared byte by byte.');
    case 'meaning':
      return t('JSON compared by meaning, all else byte by byte.');
  }
}

function followText(follow: Compared['follow']): string[] {
  const { t } = vscode.l10n;
  switch (follow.kind) {
    case 'live':
      return [t('Live.')];
    case 'resuming':
      return [t('Not up to date: a connection is lost.')];
    case 'ended':
      return [
        follow.error
          ? t('No longer followed: {0}.', follow.error.message)
          : t('No longer followed: a bucket is gone or was made again.'),
      ];
    case 'stands':
      return [];
  }
}

/** `toRight` and `toLeft`: where copies can go. */
function contextOf(kind: string, state: ShownState, { sides }: Comparison): string {
  return [
    kind,
    state,
    ...(sides[1].target && state !== 'unreadable' ? ['toRight'] : []),
    ...(sides[0].target && state !== 'unreadable' ? ['toLeft'] : []),
  ].join(' ');
}

function groupName(state: ShownState): string {
  const { t } = vscode.l10n;
  switch (state) {
    case 'different':
      return t('Different');
    case 'left':
      return t('Only left');
    case 'right':
      return t('Only right');
    case 'unreadable':
      return t('Cannot be read');
  }
}
