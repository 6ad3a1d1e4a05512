import * as vscode from 'vscode';
import { DisposableStore, Emitter, type Disposable } from '../../../kv/base/event';
import { keyScheme } from '../../contributions';
import { sameBytes } from '../../../kv/base/bytes';
import { lineEdits } from '../../../kv/values/lineEdits';
import { sameLineEnds, textOf } from '../../../kv/values/textForm';
import type { EditorContent, EditorText } from '../model/editorText';
import { documentIdOf, type DocumentId } from '../address/documentId';
import type { KeyEditors } from '../model/keyEditors';
import { TypedWhileSaving } from './typedWhileSaving';

/** VS Code's text documents of keys, as `KeyDocuments` wants to see them. */
export class WorkspaceEditors implements KeyEditors, Disposable {
  private readonly store = new DisposableStore();
  private readonly opened = this.store.add(new Emitter<DocumentId>());
  private readonly changed = this.store.add(new Emitter<DocumentId>());
  private readonly closed = this.store.add(new Emitter<DocumentId>());
  private readonly saving = this.store.add(new Emitter<DocumentId>());
  private readonly typed = new TypedWhileSaving();
  private readonly saveReasons = new Map<string, vscode.TextDocumentSaveReason>();

  readonly onDidOpen = this.opened.event;
  readonly onDidChange = this.changed.event;
  readonly onDidClose = this.closed.event;
  readonly onWillSave = this.saving.event;

  constructor() {
    const { workspace } = vscode;
    this.store.add(workspace.onDidOpenTextDocument((document) => tell(this.opened, document)));
    this.store.add(workspace.onDidChangeTextDocument((event) => this.textChanged(event)));
    this.store.add(
      workspace.onDidCloseTextDocument((document) => {
        this.typed.cleaned(document.uri.toString());
        tell(this.closed, document);
      }),
    );
    this.store.add(
      workspace.onWillSaveTextDocument(({ document, reason }) => {
        if (document.uri.scheme === keyScheme) {
          const uri = document.uri.toString();
          this.saveReasons.set(uri, reason);
          this.typed.begins(uri, document.getText());
          tell(this.saving, document);
        }
      }),
    );
    this.store.add(
      workspace.onDidSaveTextDocument((document) => {
        if (document.uri.scheme === keyScheme) {
          this.typed.saved(document.uri.toString(), document.getText());
          tell(this.changed, document);
        }
      }),
    );
  }

  /** Tells the documents that were open before anybody listened: those restored with the window. */
  tellOpen(): void {
    this.all().forEach((id) => this.opened.fire(id));
  }

  all(): DocumentId[] {
    return vscode.workspace.textDocuments.flatMap((document) => idOf(document) ?? []);
  }

  find(uri: string): EditorText | undefined {
    const document = findDocument(uri);
    if (!document) {
      return undefined;
    }
    const text = document.getText();
    return { text, dirty: document.isDirty || this.typed.isUnsaved(uri, text) };
  }

  async contentOf(uri: string, bytes: Uint8Array): Promise<EditorContent | undefined> {
    const document = findDocument(uri);
    if (!document) {
      return undefined;
    }
    for (const text of this.typed.candidates(uri, document.getText())) {
      const content = await contentOf(text, bytes, document.encoding);
      if (content) {
        this.typed.hands(uri, text);
        return content;
      }
    }
    return undefined;
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

  private textChanged({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (document.uri.scheme !== keyScheme) {
      return;
    }
    const uri = document.uri.toString();
    if (contentChanges.length > 0) {
      this.typed.changed(uri, document.getText());
    } else if (!document.isDirty && this.typed.isHanded(uri)) {
      // The end of a save is told right after it, and only then is known whether the text is clean.
      queueMicrotask(() => this.typed.isHanded(uri) && this.wasCleaned(document));
      return;
    } else if (!document.isDirty) {
      this.wasCleaned(document);
      return;
    }
    tell(this.changed, document);
  }

  /** A text is clean again, but for no save. */
  private wasCleaned(document: vscode.TextDocument): void {
    this.typed.cleaned(document.uri.toString());
    tell(this.changed, document);
  }
}

/** What a save stores when it hands over these bytes for a text; undefined when they are not of it. */
async function contentOf(
  text: string,
  bytes: Uint8Array,
  encoding: string,
): Promise<EditorContent | undefined> {
  if (/^utf8(bom)?$/.test(encoding)) {
    return sameLineEnds(text) === textOf(bytes) ? { bytes, encoding: undefined } : undefined;
  }
  const encoded = await vscode.workspace.encode(text, { encoding });
  if (!sameBytes(encoded, bytes)) {
    return undefined;
  }
  const isLossy = (await vscode.workspace.decode(encoded, { encoding })) !== text;
  return { bytes, encoding, isLossy };
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

/**
 * Makes the text of a document another one, as one edit of the lines that differ: Undo takes it back, and the cursor
 * stays where it is. False where the document was changed meanwhile.
 */
export async function mergeText(document: vscode.TextDocument, text: string): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  for (const { start, end, text: lines } of lineEdits(sameLineEnds(document.getText()), text)) {
    const range = new vscode.Range(start.line, start.character, end.line, end.character);
    edit.replace(document.uri, range, lines);
  }
  return edit.size === 0 || (await vscode.workspace.applyEdit(edit));
}

export function findDocument(uri: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri);
}

function tell(emitter: Emitter<DocumentId>, document: vscode.TextDocument): void {
  const id = idOf(document);
  if (id) {
    emitter.fire(id);
  }
}

function idOf({ uri }: vscode.TextDocument): DocumentId | undefined {
  const id = documentIdOf(uri);
  return id && { ...id, uri: uri.toString() };
}
