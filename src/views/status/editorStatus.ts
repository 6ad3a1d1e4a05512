import * as vscode from 'vscode';
import { keyScheme } from '../../extension/contributions';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { plainWindow } from '../shown/plainWindow';
import type { ActiveKey } from './activeKey';
import { statusTexts, type StatusText, type StatusTexts } from './statusTexts';

type ItemName = keyof StatusTexts;

/** VS Code lists warnings first, and items of one kind by their ids. */
const itemIds: Readonly<Record<ItemName, string>> = {
  key: 'document',
  compare: 'document.compare',
  merge: 'document.merge',
  revert: 'document.revert',
  shown: 'document.shown',
  ttl: 'document.ttl',
  headers: 'document.ttl.headers',
  readOnly: 'document.why',
};

const itemNames = Object.keys(itemIds) as ItemName[];

/** The language status items of the active key's editor: its revision, and what became of it. */
export class EditorStatus implements Disposable {
  private readonly store = new DisposableStore();
  private readonly items: ReadonlyMap<ItemName, vscode.LanguageStatusItem>;

  constructor(private readonly active: ActiveKey) {
    this.items = new Map(itemNames.map((name) => [name, this.store.add(createItem(name))]));
    this.store.add(active.onDidChange(() => this.update()));
    this.update();
  }

  dispose(): void {
    this.store.dispose();
  }

  private update(): void {
    if (this.active.uri !== undefined) {
      const texts = statusTexts(this.active.facts, Date.now(), this.active.unread);
      this.items.forEach((item, name) => show(item, texts[name]));
    }
  }
}

function createItem(name: ItemName): vscode.LanguageStatusItem {
  const names = {
    key: vscode.l10n.t('NATS KV Key'),
    shown: vscode.l10n.t('NATS KV View'),
    ttl: vscode.l10n.t('NATS KV TTL'),
    headers: vscode.l10n.t('NATS KV Headers'),
    readOnly: vscode.l10n.t('NATS KV Read-Only'),
    compare: vscode.l10n.t('NATS KV Conflict'),
    merge: vscode.l10n.t('NATS KV Merge'),
    revert: vscode.l10n.t("NATS KV Take Server's"),
  };
  const item = plainWindow.createLanguageStatusItem(`natsKv.${itemIds[name]}`, nowhere);
  item.name = names[name];
  return item;
}

/** An item that has nothing to say is of no document. */
const nowhere: vscode.DocumentSelector = { scheme: 'natskv-none' };

function show(item: vscode.LanguageStatusItem, text: StatusText | undefined): void {
  if (!text) {
    item.selector = nowhere;
    return;
  }
  item.selector = { scheme: keyScheme };
  item.text = text.text;
  item.detail = text.detail;
  item.severity = text.warning
    ? vscode.LanguageStatusSeverity.Warning
    : vscode.LanguageStatusSeverity.Information;
  item.command = text.command;
}
