import * as vscode from 'vscode';
import { DisposableStore, Emitter, type Disposable } from '../../../kv/base/event';
import { keyScheme } from '../../contributions';
import { sameBytes } from '../../../kv/base/bytes';
import { sameLineEnds, textOf } from '../../../kv/values/textForm';
import type { EditorContent, EditorText } from '../model/editorText';
import { documentIdOf, type DocumentId } from '../address/documentId';
import type { KeyEditors } from '../model/keyEditors';

/** VS Code's text documents of keys, as `KeyDocuments` wants to see them. */
export class WorkspaceEditors implements KeyEditors, Disposable {
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

  async contentOf(uri: string, bytes: Uint8Array): Promise<EditorContent | undefined> {
    const document = findDocument(uri);
    if (!document) {
      return undefined;
    }
    const text = document.getText();
    const isUtf8 = /^utf8(bom)?$/.test(document.encoding);
    if (isUtf8) {
      const isText = sameLineEnds(text) === textOf(bytes);
      return isText ? { bytes, encoding: undefined } : undefined;
    }
    const { encoding } = document;
    const encoded = await vscode.workspace.encode(text, { encoding });
    if (!sameBytes(encoded, bytes)) {
      return undefined;
    }
    const isLossy = (await vscode.workspace.decode(encoded, { encoding })) !== text;
    return { bytes, encoding, isLossy };
  }

  /** Whether the save under way was asked for by the user, by a command or by a program. */
  isManualSave(uri: string): boolean {
    const reason = this.saveReasons.get(uri) ?? vscode.TextDocumentSaveReason.Manual;
    return reason === vscode.TextDocumentSaveReason.Manual;
  }

  /** Forgets why a document was saved: what comes next without an event is no save of an editor. */
  saveEnded(uri: string): void {
    this.saveReasons.delete(uri);
  }

  dispose(): void {
    this.store.dispose();
  }
}

/** Replaces the whole text of a document; Undo takes it back at once. */
export async function replaceText(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const all = document.validateRange(new vscode.Range(0, 0, document.lineCount, 0));
  edit.replace(document.uri, all, text);
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new Error(vscode.l10n.t('the editor did not take the text'));
  }
}

export function findDocument(uri: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri);
}

function tell(emitter: Emitter<DocumentId>, { uri }: vscode.TextDocument): void {
  const id = documentIdOf(uri);
  if (id) {
    emitter.fire({ ...id, uri: uri.toString() });
  }
}
