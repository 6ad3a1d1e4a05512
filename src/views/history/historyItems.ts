import * as vscode from 'vscode';
import { commandIds } from '../../extension/contributions';
import type { Operation, RevisionInfo } from '../../kv/model/entry';
import { shownAge, timeLeft } from '../format/age';
import { formatDuration, formatSize, timeName, timeText } from '../format/format';
import { headerRows } from '../format/headers';
import { factTable } from '../shown/factTable';
import type { HistoryMessageNode, RevisionNode } from './historyNodes';

/**
 * The row of a revision: what happened, how long ago, the size of the value, and what the headers in
 * `told` say, such as who wrote it.
 */
export function revisionItem(
  node: RevisionNode,
  now: number,
  told: readonly string[] = [],
): vscode.TreeItem {
  const { info, latest, previous, session } = node;
  const isLatest = info === latest;
  const isValue = info.operation === 'PUT';
  const facts = [
    operationName(info.operation),
    shownAge(info.created, now),
    isValue ? formatSize(info.size) : undefined,
    isLatest ? (timeLeft(info, now) ?? vscode.l10n.t('latest')) : undefined,
    ...told.map((name) => headerValue(info.headers, name)),
  ].filter((fact) => fact !== undefined);
  const item = new vscode.TreeItem(`r${info.revision}`, vscode.TreeItemCollapsibleState.None);
  const access = session.lock.state.current.kind === 'locked' ? 'readOnly' : 'writable';
  item.id = node.id;
  item.description = facts.join(' · ');
  item.iconPath = new vscode.ThemeIcon(iconOf(info.operation, isLatest));
  item.contextValue = [
    'revision',
    access,
    isValue ? 'value' : 'marker',
    isLatest ? 'latest' : 'older',
    ...(previous ? ['successor'] : []),
  ].join(' ');
  item.tooltip = revisionTooltip(node, now);
  item.accessibilityInformation = {
    label: [vscode.l10n.t('revision {0}', info.revision), ...facts].join(', '),
  };
  item.command = {
    command: commandIds.historyCompareWithPrevious,
    title: vscode.l10n.t('Compare with Previous'),
    arguments: [node],
  };
  return item;
}

/** The row of a state. */
export function historyMessageItem(node: HistoryMessageNode): vscode.TreeItem {
  const { label, icon, retry } = messageOf(node);
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.id = node.id;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.contextValue = 'message';
  item.description = node.reason ?? '';
  item.tooltip = node.reason ?? label;
  item.accessibilityInformation = { label: [label, node.reason].filter(Boolean).join(', ') };
  if (retry !== undefined) {
    item.command = { command: retry, title: vscode.l10n.t('Read Again'), arguments: [node.target] };
  }
  return item;
}

function messageOf({ what, target }: HistoryMessageNode): {
  label: string;
  icon: string;
  retry?: string;
} {
  const { key, session } = target;
  switch (what) {
    case 'loading':
      return { label: vscode.l10n.t('Reading the history…'), icon: 'loading~spin' };
    case 'empty':
      return { label: vscode.l10n.t('No revision of {0} is stored.', key), icon: 'info' };
    case 'disconnected':
      return {
        label: vscode.l10n.t('{0} is disconnected. Click to connect.', session.name),
        icon: 'plug',
        retry: commandIds.connectionReconnect,
      };
    case 'stale':
      return {
        label: vscode.l10n.t('As read before the connection was lost'),
        icon: 'warning',
        retry: commandIds.historyRefresh,
      };
    case 'failed':
      return {
        label: vscode.l10n.t('Failed to read the history. Click to try again.'),
        icon: 'error',
        retry: commandIds.historyRefresh,
      };
  }
}

function revisionTooltip(
  { key, info, latest, previous }: RevisionNode,
  now: number,
): vscode.MarkdownString {
  const rows: (readonly [string, string])[] = [
    [vscode.l10n.t('Operation'), operationName(info.operation)],
    [timeName(info), timeText(info.created, shownAge(info.created, now))],
  ];
  if (info.operation === 'PUT') {
    rows.push([vscode.l10n.t('Size'), formatSize(info.size)]);
  }
  if (info.ttl !== undefined) {
    const ttl = info.ttl === 'never' ? vscode.l10n.t('never') : formatDuration(info.ttl);
    rows.push([vscode.l10n.t('TTL'), ttl]);
  }
  const left = info === latest ? timeLeft(info, now) : undefined;
  if (left !== undefined) {
    rows.push([vscode.l10n.t('Time left'), left]);
  }
  if (previous) {
    rows.push([vscode.l10n.t('Previous'), `r${previous.revision}`]);
  }
  rows.push(...headerRows(info.headers));
  return factTable(`${key} r${info.revision}`, rows);
}

function operationName(operation: Operation): string {
  switch (operation) {
    case 'PUT':
      return vscode.l10n.t('put');
    case 'DEL':
      return vscode.l10n.t('deleted');
    case 'PURGE':
      return vscode.l10n.t('purged');
    case 'EXPIRED':
      return vscode.l10n.t('expired');
  }
}

function iconOf(operation: Operation, isLatest: boolean): string {
  switch (operation) {
    case 'PUT':
      return isLatest ? 'circle-filled' : 'circle-outline';
    case 'DEL':
      return 'trash';
    case 'PURGE':
      return 'clear-all';
    case 'EXPIRED':
      return 'watch';
  }
}

/** What a header says; names are told apart by their letters alone, as in HTTP. */
function headerValue(headers: RevisionInfo['headers'], name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.find(([each, value]) => each.toLowerCase() === wanted && value !== '')?.[1];
}
