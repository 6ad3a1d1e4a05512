import * as vscode from 'vscode';
import { keyScheme, mergeScheme, revisionScheme } from '../../extension/contributions';
import { isProduction } from '../../kv/model/connectionConfig';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import type { SessionList } from '../buckets/bucketsView';

/** What shows a value of a connection; its id is the authority. */
const marked: readonly string[] = [keyScheme, revisionScheme, mergeScheme];

/** Marks the tabs of keys and of their revisions with the environment of their connection: its first letter, its name on hover. */
export class EnvironmentMarks implements vscode.FileDecorationProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<undefined>());

  readonly onDidChangeFileDecorations = this.changed.event;

  constructor(private readonly sessions: SessionList) {
    this.store.add(sessions.onDidChange(() => this.changed.fire(undefined)));
    this.store.add(vscode.window.registerFileDecorationProvider(this));
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (!marked.includes(uri.scheme)) {
      return undefined;
    }
    const config = this.sessions.all.find(({ id }) => id === uri.authority)?.config;
    const { environment } = config ?? {};
    if (!config || environment === undefined) {
      return undefined;
    }
    const colour = isProduction(config)
      ? new vscode.ThemeColor('list.warningForeground')
      : undefined;
    return new vscode.FileDecoration(
      environment.charAt(0).toUpperCase(),
      vscode.l10n.t('{0} on {1}', environment.toUpperCase(), config.name),
      colour,
    );
  }

  dispose(): void {
    this.store.dispose();
  }
}
