import * as vscode from 'vscode';
import type { FollowUp } from './tellDone';

/** A window on this computer can show a folder in its file manager; any can copy its path. */
export function showing(path: string): FollowUp {
  const isLocal =
    vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
  return isLocal
    ? {
        label: vscode.l10n.t('Show Folder'),
        run: () => vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(path)),
      }
    : { label: vscode.l10n.t('Copy Path'), run: () => vscode.env.clipboard.writeText(path) };
}
