import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { plainText } from '../../views/shown/plainText';
import { commandIds } from '../contributions';
import { placeText } from './pairTexts';
import type { SyncFollower } from './syncFollower';
import type { SyncPairs } from './syncPairs';

/** Offers what can be done with a file of a synchronised folder where its lines offer what they do. */
export class FileActions implements vscode.CodeActionProvider, Disposable {
  private readonly store = new DisposableStore();
  private registered = new DisposableStore();

  constructor(
    private readonly pairs: SyncPairs,
    private readonly follower: SyncFollower,
  ) {
    this.store.add(pairs.onDidChange(() => this.register()));
    this.register();
  }

  provideCodeActions({ uri }: vscode.TextDocument): vscode.CodeAction[] {
    const place = this.pairs.find(uri);
    if (!place) {
      return [];
    }
    const { t } = vscode.l10n;
    const action = (title: string, command: string): vscode.CodeAction => {
      const shown = plainText(title);
      const made = new vscode.CodeAction(shown, vscode.CodeActionKind.Empty);
      made.command = { title: shown, command, arguments: [uri] };
      return made;
    };
    const where = placeText(place.placed);
    const isConflict = this.follower.stateOf(uri)?.state === 'both';
    return [
      ...(isConflict
        ? [action(t('Merge with the value of {0}', where), commandIds.syncMerge)]
        : []),
      action(t('Open its key in {0}', where), commandIds.syncOpenKey),
    ];
  }

  dispose(): void {
    this.registered.dispose();
    this.store.dispose();
  }

  /** For these folders alone: elsewhere nobody is asked. */
  private register(): void {
    this.registered.dispose();
    this.registered = new DisposableStore();
    for (const { folder } of this.pairs.current.pairs) {
      const selector = { pattern: new vscode.RelativePattern(folder, '**'), scheme: folder.scheme };
      this.registered.add(vscode.languages.registerCodeActionsProvider(selector, this));
    }
  }
}
