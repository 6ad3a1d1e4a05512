import * as vscode from 'vscode';
import { speak } from '../kv/base/l10n';
import type { NatsKvExports } from './api/natsKvApi';
import { compose } from './compose';

/** Called by VS Code when the extension is first needed. Returns what other extensions may use. */
export function activate(context: vscode.ExtensionContext): NatsKvExports {
  speak({ tag: vscode.env.language, translate: vscode.l10n.t });
  const composed = compose(context);
  context.subscriptions.push(composed);
  return composed.exports;
}
