import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../../kv/base/event';
import { mergeScheme } from '../../contributions';
import type { DocumentId } from '../address/documentId';
import type { KeyDocuments } from '../model/keyDocuments';
import { textOf } from '../../../kv/values/textForm';
import { isLiveVersion } from '../model/version';
import { findDocument } from './workspaceEditors';

/** VS Code's three-way merge editor is reached by this command only, which may be gone one day. */
const openMergeEditor = '_open.mergeEditor';

/** A text beside the document in a merge, and the document that it is merged into. */
interface Side {
  readonly text: string;
  readonly document: string;
}

/** A merge of which no result has been saved. */
interface Merge {
  readonly id: DocumentId;
  readonly server: string;
  readonly yours: string;
  /** The text beside the document that goes when the merge editor is closed. */
  readonly side: string;
}

/**
 * Owns the texts beside the documents that are merged; changes only through `merge` and the closing
 * of these texts. The document itself is the result. It starts as what the server has, clean, with
 * that revision as the only one that its save may replace: the merge editor saves it as it opens,
 * and nothing of the server's goes that the user has not put something else in the place of. The
 * user's text is offered again when the merge is closed without a result.
 */
export class MergeEditors implements vscode.TextDocumentContentProvider, Disposable {
  private readonly sides = new Map<string, Side>();
  private readonly merges = new Map<string, Merge>();
  private readonly store = new DisposableStore();
  private opened = 0;

  constructor(private readonly documents: KeyDocuments) {
    const { workspace } = vscode;
    this.store.add(workspace.registerTextDocumentContentProvider(mergeScheme, this));
    this.store.add(workspace.onDidOpenTextDocument((document) => void this.colour(document)));
    this.store.add(workspace.onDidCloseTextDocument(({ uri }) => this.closed(uri)));
    this.store.add(workspace.onDidSaveTextDocument((document) => this.saved(document)));
  }

  provideTextDocumentContent(uri: vscode.Uri): string | undefined {
    return this.sides.get(uri.toString())?.text;
  }

  /**
   * Opens the merge of the text in the active editor, which is in conflict: what it was made of, what
   * the server has, and the text. False, and nothing is changed, where one of these is not known or
   * there is no merge editor.
   */
  async merge(id: DocumentId): Promise<boolean> {
    const canMerge = await hasMergeEditor();
    const document = this.documents.peek(id.uri);
    const base = document?.base;
    const baseText = base && textOf(base.opened().shown);
    const yours = this.documents.editorOf(id.uri)?.text;
    if (!base || baseText === undefined || yours === undefined || !isLiveVersion(document.latest)) {
      return false;
    }
    // The command below reverts whatever is active.
    if (!canMerge || vscode.window.activeTextEditor?.document.uri.toString() !== id.uri) {
      return false;
    }
    await vscode.commands.executeCommand('workbench.action.files.revert');
    const editor = this.documents.editorOf(id.uri);
    if (!editor || editor.dirty) {
      return false;
    }
    const side = this.addSide(id, 'yours', yours);
    this.merges.set(id.uri, { id, server: editor.text, yours, side });
    try {
      const revision = document.base?.revision ?? 0;
      await vscode.commands.executeCommand(openMergeEditor, {
        base: this.addSide(id, 'base', baseText),
        input1: {
          uri: this.addSide(id, 'server', editor.text),
          title: vscode.l10n.t('Server'),
          description: `r${revision}`,
          detail: vscode.l10n.t('the latest value'),
        },
        input2: {
          uri: side,
          title: vscode.l10n.t('Yours'),
          description: vscode.l10n.t('made of r{0}', base.revision),
          detail: vscode.l10n.t('your unsaved text'),
        },
        output: id.uri,
      });
    } catch (error) {
      this.merges.delete(id.uri);
      await putBack(id, yours);
      throw error;
    }
    return true;
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Each merge has texts of its own: VS Code would show those of an earlier one again. */
  private addSide({ uri, address }: DocumentId, name: string, text: string): string {
    const side = vscode.Uri.from({
      scheme: mergeScheme,
      authority: address.connectionId,
      path: vscode.Uri.parse(uri, true).path,
      query: `${name}=${this.opened++}`,
    });
    this.sides.set(side.toString(), { text, document: uri });
    return side.toString();
  }

  /** Gives a text the language of the document that it stands beside. */
  private async colour(text: vscode.TextDocument): Promise<void> {
    const side = this.sides.get(text.uri.toString());
    const language = side && findDocument(side.document)?.languageId;
    if (language !== undefined && language !== text.languageId) {
      await vscode.languages.setTextDocumentLanguage(text, language);
    }
  }

  /** Setting a language closes and opens a document; only the text of one that stays closed goes. */
  private closed(uri: vscode.Uri): void {
    const name = uri.toString();
    const side = this.sides.get(name);
    if (side) {
      setTimeout(() => findDocument(name) ?? this.drop(name, side));
    }
  }

  private drop(name: string, { document }: Side): void {
    this.sides.delete(name);
    const merge = this.merges.get(document);
    if (merge?.side === name) {
      this.merges.delete(document);
      void offerText(merge);
    }
  }

  /** The merge editor's own save, as it opens, has no other text than the server's. */
  private saved(document: vscode.TextDocument): void {
    const uri = document.uri.toString();
    const merge = this.merges.get(uri);
    if (merge && document.getText() !== merge.server) {
      this.merges.delete(uri);
    }
  }
}

async function hasMergeEditor(): Promise<boolean> {
  return (await vscode.commands.getCommands(false)).includes(openMergeEditor);
}

/** The merge was closed and nothing of it saved: the text of before is in no editor any more. */
async function offerText({ id, yours }: Merge): Promise<void> {
  if (findDocument(id.uri)?.isDirty) {
    return;
  }
  const restore = vscode.l10n.t('Restore My Text');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'The merge of {0} was closed without a result. Your unsaved text is kept as long as this message stands.',
      id.address.key,
    ),
    restore,
  );
  if (answer === restore) {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(id.uri, true));
    await putBack(id, yours);
  }
}

/** Brings an unsaved text back. */
async function putBack(id: DocumentId, text: string): Promise<void> {
  const document = findDocument(id.uri);
  if (document) {
    const edit = new vscode.WorkspaceEdit();
    const all = document.validateRange(new vscode.Range(0, 0, document.lineCount, 0));
    edit.replace(document.uri, all, text);
    await vscode.workspace.applyEdit(edit);
  }
}
