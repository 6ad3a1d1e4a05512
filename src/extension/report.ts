import * as vscode from 'vscode';
import type { Background } from '../kv/base/background';
import { ignore } from '../kv/base/ignore';
import { isKvError, messageOf } from '../kv/model/errors';
import { plainWindow } from '../views/shown/plainWindow';

/** Work that nobody waits for, whose failures are told in this log; being cancelled is none. */
export function backgroundOf(log: vscode.LogOutputChannel): Background {
  return (doing, work) => {
    work.then(undefined, (error: unknown) => {
      if (!isKvError(error, 'cancelled')) {
        log.error(`Failed to ${doing}: ${messageOf(error)}.`, error);
      }
    });
  };
}

/** Shows a message that asks nothing. That it could not be shown is not worth another one. */
export function inform(message: string): void {
  plainWindow.showInformationMessage(message).then(undefined, ignore);
}

/** The same as a warning. */
export function warn(message: string): void {
  plainWindow.showWarningMessage(message).then(undefined, ignore);
}

/** Sets a key of the `when` clauses in package.json. VS Code takes any. */
export function setContext(key: string, value: unknown): void {
  vscode.commands.executeCommand('setContext', key, value).then(undefined, ignore);
}
