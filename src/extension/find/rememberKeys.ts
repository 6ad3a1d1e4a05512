import * as vscode from 'vscode';
import type { Disposable } from '../../kv/base/event';
import { parseKeyUri } from '../documents/address/keyUri';
import type { RecentKeys } from './recentKeys';

/** Has the keys remembered whose editors are turned to. */
export function rememberKeys(recent: RecentKeys): Disposable {
  return vscode.window.onDidChangeActiveTextEditor((editor) => {
    const address = editor && parseKeyUri(editor.document.uri);
    void (address && recent.add(address));
  });
}
