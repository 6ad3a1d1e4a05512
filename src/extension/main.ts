import type * as vscode from 'vscode';
import { compose } from './compose';

/** Called by VS Code when the extension is first needed. */
export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(compose(context));
}
