import * as vscode from 'vscode';
import { commandIds } from '../../extension/contributions';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { formatTime } from '../format/format';
import { headerLines } from '../format/headers';
import { iconText } from '../shown/plainText';
import { plainWindow, type PlainStatusBarItem } from '../shown/plainWindow';
import type { ActiveKey } from './activeKey';
import { needsLook, statusLine, type EditorFacts } from './statusTexts';

/** Left of the items that VS Code has for the active editor: its cursor is at 100. */
const priority = 100.9;

/**
 * The status bar item of the active key: revision, age, size and time left, or what became of it on
 * the server. A click offers what can be done. Hidden while the active tab shows no key.
 */
export class KeyStatus implements Disposable {
  private readonly store = new DisposableStore();
  private readonly item: PlainStatusBarItem;

  constructor(private readonly active: ActiveKey) {
    const { Right } = vscode.StatusBarAlignment;
    this.item = this.store.add(plainWindow.createStatusBarItem('natsKv.key', Right, priority));
    this.item.name = vscode.l10n.t('NATS KV Key');
    this.item.command = commandIds.keyActions;
    this.store.add(active.onDidChange(() => this.update()));
    this.update();
  }

  dispose(): void {
    this.store.dispose();
  }

  private update(): void {
    const { uri, facts } = this.active;
    if (uri === undefined || !facts) {
      this.item.hide();
      return;
    }
    const line = statusLine(facts, Date.now());
    this.item.text = iconText(needsLook(facts) ? 'warning' : 'key', line);
    this.item.tooltip = tooltipOf(facts);
    this.item.backgroundColor = needsLook(facts)
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.item.accessibilityInformation = { label: `${facts.place}, ${line}`, role: 'button' };
    this.item.show();
  }
}

function tooltipOf({ place, latest, expiresAt, missing, headers }: EditorFacts): string {
  return [
    place,
    missing === 'new' || latest.revision === 0
      ? undefined
      : vscode.l10n.t('r{0} was written {1}', latest.revision, formatTime(latest.created)),
    expiresAt === undefined ? undefined : vscode.l10n.t('expires {0}', formatTime(expiresAt)),
    ...headerLines(headers),
    vscode.l10n.t('Click for what can be done with the key'),
  ]
    .filter((line) => line !== undefined)
    .join('\n');
}
