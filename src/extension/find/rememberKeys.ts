import * as vscode from 'vscode';
import type { Background } from '../../kv/base/background';
import type { Disposable } from '../../kv/base/event';
import { parseKeyUri } from '../documents/address/keyUri';
import type { RecentKeys } from './recentKeys';

/** Has the keys remembered whose editors are turned to; one that `isNew` only once it is stored. */
export function rememberKeys(
  recent: RecentKeys,
  isNew: (uri: vscode.Uri) => boolean,
  inBackground: Background,
): Disposable {
  const remember = (uri: vscode.Uri | undefined): void => {
    const address = uri && !isNew(uri) ? parseKeyUri(uri) : undefined;
    if (address) {
      inBackground('remember the key', recent.add(address));
    }
  };
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor((editor) => remember(editor?.document.uri)),
    vscode.workspace.onDidSaveTextDocument(({ uri }) => remember(uri)),
  );
}
