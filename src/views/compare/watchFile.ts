import * as vscode from 'vscode';
import type { ComparedFile } from './compareNodes';

/** Tells when the file of a side, or one in its folder, is written, comes or goes. */
export function watchFile({ id, isFolder }: ComparedFile, written: () => void): vscode.Disposable {
  const uri = vscode.Uri.parse(id, true);
  const pattern = isFolder
    ? new vscode.RelativePattern(uri, '**')
    : new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*');
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  const tell = ({ path }: vscode.Uri): void => {
    if (isFolder || path === uri.path) {
      written();
    }
  };
  return vscode.Disposable.from(
    watcher,
    watcher.onDidChange(tell),
    watcher.onDidCreate(tell),
    watcher.onDidDelete(tell),
  );
}
