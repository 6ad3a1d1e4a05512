import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { findDocument } from '../documents/editors/workspaceEditors';

/**
 * Owns which documents are being saved; changes only through `begins` and what VS Code tells. A save lasts until VS Code
 * has said that the text is saved: what is edited before that makes it unsaved again.
 */
export class RunningSaves implements Disposable {
  private readonly store = new DisposableStore();
  private readonly running = new Map<string, number>();
  /** Stored, and not yet told to be saved. */
  private readonly ending = new Set<string>();

  constructor(private readonly onDidEnd: (uri: string) => void) {
    const { workspace } = vscode;
    const ends = ({ uri }: vscode.TextDocument): void => {
      if (this.ending.delete(uri.toString())) {
        this.onDidEnd(uri.toString());
      }
    };
    this.store.add(workspace.onDidSaveTextDocument(ends));
    this.store.add(workspace.onDidCloseTextDocument(ends));
    this.store.add(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 || !document.isDirty) {
          ends(document);
        }
      }),
    );
  }

  has(uri: string): boolean {
    return this.running.has(uri) || this.ending.has(uri);
  }

  /** A save begins; gives what to call when it has ended, with whether the text was stored. */
  begins(uri: string): (isStored: boolean) => void {
    this.running.set(uri, (this.running.get(uri) ?? 0) + 1);
    return (isStored) => {
      const left = (this.running.get(uri) ?? 1) - 1;
      if (left > 0) {
        this.running.set(uri, left);
        return;
      }
      this.running.delete(uri);
      if (isStored && findDocument(uri)?.isDirty) {
        this.ending.add(uri);
      }
    };
  }

  dispose(): void {
    this.store.dispose();
  }
}
