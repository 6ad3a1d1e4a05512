import * as vscode from 'vscode';
import { speak } from '../kv/base/l10n';
import { compose } from './compose';

/** Called by VS Code when the extension is first needed. */
export function activate(context: vscode.ExtensionContext): void {
  speak({ tag: vscode.env.language, translate: vscode.l10n.t });
  context.subscriptions.push(compose(context));
}
