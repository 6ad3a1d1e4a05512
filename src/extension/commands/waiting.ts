import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../kv/base/event';

/**
 * Owns whether the user, who asked for something that takes time, has turned to something else since;
 * changes only through what happens in editors and terminals, which is what VS Code tells of.
 */
export class Waiting implements Disposable {
  private readonly store = new DisposableStore();
  private isElsewhere = false;

  constructor() {
    const { window } = vscode;
    const turn = (): void => void (this.isElsewhere = true);
    this.store.add(window.onDidChangeActiveTextEditor(turn));
    this.store.add(window.onDidChangeActiveTerminal(turn));
    this.store.add(
      window.onDidChangeTextEditorSelection(({ kind, textEditor }) => {
        // What a command or another's change does to a selection has no kind, or its own.
        const isUser = kind !== undefined && kind !== vscode.TextEditorSelectionChangeKind.Command;
        if (isUser && textEditor === window.activeTextEditor) {
          turn();
        }
      }),
    );
  }

  /** Shows a view: with the focus for whoever has waited, else beside what the user does by now. */
  async show(viewId: string): Promise<void> {
    const preserveFocus = this.isElsewhere;
    await vscode.commands.executeCommand(`${viewId}.focus`, { preserveFocus });
  }

  dispose(): void {
    this.store.dispose();
  }
}

/** Runs work that takes time, and shows a view when it says so: see `Waiting.show`. */
export async function waitingFor<T>(work: (waiting: Waiting) => Promise<T>): Promise<T> {
  const waiting = new Waiting();
  try {
    return await work(waiting);
  } finally {
    waiting.dispose();
  }
}
