import * as vscode from 'vscode';
import type { Background } from '../../kv/base/background';
import type { Disposable } from '../../kv/base/event';
import { parseKeyUri } from '../documents/address/keyUri';
import type { RecentKeys } from './recentKeys';

/** Has the keys remembered whose editors are turned to. */
export function rememberKeys(recent: RecentKeys, inBackground: Background): Disposable {
  return vscode.window.onDidChangeActiveTextEditor((editor) => {
    const address = editor && parseKeyUri(editor.document.uri);
    if (address) {
      inBackground('remember the key', recent.add(address));
    }
  });
}
