import * as vscode from 'vscode';
import { commandIds, keyScheme } from '../contributions';
import type { CommandMap } from './register';

/** Commands on the active editor of a key. */
export function editorCommands(log: vscode.LogOutputChannel): CommandMap {
  return {
    [commandIds.editorCompare]: () => onKey('workbench.files.action.compareWithSaved'),
    [commandIds.editorRevert]: () => onKey('workbench.action.files.revert'),
    [commandIds.logShow]: () => log.show(),
  };
}

/** Runs a command of VS Code on the active editor when it shows a key. */
async function onKey(command: string): Promise<void> {
  if (vscode.window.activeTextEditor?.document.uri.scheme === keyScheme) {
    await vscode.commands.executeCommand(command);
  }
}
