import * as vscode from 'vscode';
import { DisposableStore, Emitter, type Disposable } from '../../kv/event';
import { keyScheme, settingIds } from '../contributions';
import type { EditorText } from './keyDocument';
import { parseKeyUri } from './keyUri';
import type { DocumentId, KeyEditors } from './keyDocuments';
import type { SaveDialogs } from './keyFileSystem';

/** VS Code's text documents of keys, as `KeyDocuments` wants to see them. */
export class WorkspaceEditors implements KeyEditors, SaveDialogs, Disposable {
  private readonly store = new DisposableStore();
  private readonly opened = this.store.add(new Emitter<DocumentId>());
  private readonly changed = this.store.add(new Emitter<DocumentId>());
  private readonly closed = this.store.add(new Emitter<DocumentId>());
  private readonly saving = this.store.add(new Emitter<DocumentId>());
  private readonly saveReasons = new Map<string, vscode.TextDocumentSaveReason>();

  readonly onDidOpen = this.opened.event;
  readonly onDidChange = this.changed.event;
  readonly onDidClose = this.closed.event;
  readonly onWillSave = this.saving.event;

  constructor() {
    const { workspace } = vscode;
    this.store.add(workspace.onDidOpenTextDocument((document) => tell(this.opened, document)));
    this.store.add(
      workspace.onDidChangeTextDocument(({ document }) => tell(this.changed, document)),
    );
    this.store.add(workspace.onDidCloseTextDocument((document) => tell(this.closed, document)));
    this.store.add(
      workspace.onWillSaveTextDocument(({ document, reason }) => {
        if (document.uri.scheme === keyScheme) {
          this.saveReasons.set(document.uri.toString(), reason);
          tell(this.saving, document);
        }
      }),
    );
  }

  /** Tells the documents that were open before anybody listened: those restored with the window. */
  tellOpen(): void {
    vscode.workspace.textDocuments.forEach((document) => tell(this.opened, document));
  }

  find(uri: string): EditorText | undefined {
    const document = findDocument(uri);
    return document && { text: document.getText(), dirty: document.isDirty };
  }

  isCompared(uri: vscode.Uri): boolean {
    const text = uri.toString();
    return vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .some(
        ({ input }) =>
          input instanceof vscode.TabInputTextDiff && input.modified.toString() === text,
      );
  }

  refusal(uri: vscode.Uri): string | undefined {
    const text = uri.toString();
    const reason = this.saveReasons.get(text) ?? vscode.TextDocumentSaveReason.Manual;
    this.saveReasons.delete(text);
    const allowed = vscode.workspace.getConfiguration().get<boolean>(settingIds.autoSave, false);
    if (reason === vscode.TextDocumentSaveReason.Manual || allowed) {
      return undefined;
    }
    return vscode.l10n.t(
      'auto save does not write to a bucket unless "{0}" is on. Save with the Save command.',
      settingIds.autoSave,
    );
  }

  async saveAgain(uri: vscode.Uri): Promise<unknown> {
    // After the answer to the save that is running: VS Code would join the two otherwise.
    await new Promise((resolve) => setTimeout(resolve));
    return findDocument(uri.toString())?.save();
  }

  async askToRecreate(key: string, revision: number): Promise<boolean> {
    const create = vscode.l10n.t('Save as New');
    const choice = await vscode.window.showWarningMessage(
      revision > 0
        ? vscode.l10n.t(
            '{0} was deleted on the server (r{1}). Save your text as a new value?',
            key,
            revision,
          )
        : vscode.l10n.t('{0} is no longer on the server. Save your text as a new value?', key),
      { modal: true },
      create,
    );
    return choice === create;
  }

  dispose(): void {
    this.store.dispose();
  }
}

function findDocument(uri: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri);
}

function tell(emitter: Emitter<DocumentId>, { uri }: vscode.TextDocument): void {
  const address = parseKeyUri(uri);
  if (address) {
    emitter.fire({ uri: uri.toString(), address });
  }
}
