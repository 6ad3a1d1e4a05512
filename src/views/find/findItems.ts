import * as vscode from 'vscode';
import { commandIds } from '../../extension/contributions';
import { formatCount, keysText } from '../format/format';
import type { FindBucketNode, FindKeyNode, FindMatchNode } from './findNodes';

const { Expanded, None } = vscode.TreeItemCollapsibleState;

export function findBucketItem(node: FindBucketNode, keys: number): vscode.TreeItem {
  const item = new vscode.TreeItem(node.bucket, Expanded);
  item.id = node.id;
  item.description = `${node.session.name} · ${keysText(keys)}`;
  item.iconPath = new vscode.ThemeIcon('database');
  item.contextValue = 'findBucket';
  item.accessibilityInformation = {
    label: `${node.bucket}, ${vscode.l10n.t('bucket')}, ${item.description}`,
  };
  return item;
}

export function findKeyItem(node: FindKeyNode, matches: number): vscode.TreeItem {
  const { key, revision } = node.found;
  const item = new vscode.TreeItem(key, Expanded);
  item.id = node.id;
  item.description = formatCount(matches);
  item.iconPath = new vscode.ThemeIcon('key');
  item.contextValue = 'findKey';
  item.tooltip = `${key} · r${revision}`;
  item.accessibilityInformation = { label: `${key}, ${matchesText(matches)}` };
  return item;
}

export function findMatchItem(node: FindMatchNode): vscode.TreeItem {
  const { shown, marked, line } = node.match;
  const label = { label: shown, highlights: [[marked.start, marked.end] as [number, number]] };
  const item = new vscode.TreeItem(label, None);
  item.id = node.id;
  item.contextValue = 'findMatch';
  item.tooltip = vscode.l10n.t('Line {0}: {1}', line + 1, shown);
  item.accessibilityInformation = {
    label: vscode.l10n.t('{0}, line {1} of {2}', shown, line + 1, node.parent.found.key),
  };
  item.command = {
    command: commandIds.findOpen,
    title: vscode.l10n.t('Open Match'),
    arguments: [node],
  };
  return item;
}

export function matchesText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 match') : vscode.l10n.t('{0} matches', formatCount(count));
}
