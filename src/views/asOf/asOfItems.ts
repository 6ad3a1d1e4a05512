import * as vscode from 'vscode';
import { commandIds } from '../../extension/contributions';
import type { AsOfRow, AsOfState } from '../../kv/asOf/asOfRows';
import type { Moment } from '../../kv/model/moment';
import { shownAge } from '../format/age';
import { formatCount, formatSize, formatTime, keysText, timeText } from '../format/format';
import { factTable } from '../shown/factTable';
import type { AsOfFolderNode, AsOfKeyNode, AsOfMoreNode } from './asOfNodes';

/** A moment in words: `r1204`, or the time in the user's own format. */
export function momentText(moment: Moment): string {
  return moment.kind === 'revision' ? `r${moment.revision}` : formatTime(moment.time);
}

export function asOfFolderItem({ id, row }: AsOfFolderNode): vscode.TreeItem {
  const item = new vscode.TreeItem(row.name, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = id;
  item.description = formatCount(row.end - row.start);
  item.iconPath = new vscode.ThemeIcon('folder');
  item.contextValue = 'asOfFolder';
  item.accessibilityInformation = {
    label: `${row.name}, ${vscode.l10n.t('folder')}, ${keysText(row.end - row.start)}`,
  };
  return item;
}

/** The row of a key: its value of then, and what became of it. */
export function asOfKeyItem(
  node: AsOfKeyNode,
  { row: { key, now, then }, state }: { readonly row: AsOfRow; readonly state: AsOfState },
  at: number,
): vscode.TreeItem {
  const { t } = vscode.l10n;
  const item = new vscode.TreeItem(node.row.name, vscode.TreeItemCollapsibleState.None);
  const fate = fateOf({ key, now, then }, state);
  item.id = node.id;
  item.iconPath = new vscode.ThemeIcon(fate.icon);
  item.contextValue = `asOfKey ${state} ${fate.kind}`;
  const size = then ? formatSize(then.size) : undefined;
  item.description = [size, fate.text].filter((part) => part !== undefined).join(' · ');
  item.accessibilityInformation = { label: [node.row.name, size, fate.text].join(', ') };
  item.tooltip = factTable(key, [
    ...(then
      ? ([
          [t('Then'), `r${then.revision}, ${formatSize(then.size)}`],
          [t('Created'), timeText(then.created, shownAge(then.created, at))],
        ] as const)
      : ([[t('Then'), t('not known: no revision of then is stored any more')]] as const)),
    [t('Now'), nowText(now)],
  ]);
  if (then) {
    item.command = {
      command: commandIds.asOfOpen,
      title: t('Open Value of Then'),
      arguments: [node],
    };
  }
  return item;
}

export function asOfMoreItem({ id, shown, total }: AsOfMoreNode): vscode.TreeItem {
  const { t } = vscode.l10n;
  const label = t('Load more (of {0})…', formatCount(total - shown));
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.id = id;
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.contextValue = 'asOfMore';
  item.command = { command: commandIds.asOfMore, title: t('Load More'), arguments: [{ id }] };
  return item;
}

interface Fate {
  readonly kind: 'same' | 'changed' | 'gone' | 'unknown';
  readonly icon: string;
  readonly text: string;
}

function fateOf({ now, then }: AsOfRow, state: AsOfState): Fate {
  const { t } = vscode.l10n;
  if (state === 'unknown' || !then) {
    return { kind: 'unknown', icon: 'question', text: t('not known') };
  }
  if (now.revision === then.revision) {
    return { kind: 'same', icon: 'key', text: t('as now') };
  }
  return now.operation === 'PUT'
    ? { kind: 'changed', icon: 'diff-modified', text: t('changed since') }
    : { kind: 'gone', icon: 'diff-removed', text: t('deleted since') };
}

function nowText({ operation, revision, size }: AsOfRow['now']): string {
  return operation === 'PUT'
    ? `r${revision}, ${formatSize(size)}`
    : vscode.l10n.t('deleted (r{0})', revision);
}
