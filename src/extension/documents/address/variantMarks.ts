import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../../kv/base/event';
import { keyScheme } from '../../contributions';
import { variantOf } from './keyUri';

/** Marks the tabs of keys that are shown in another way than the usual one: they have the same name. */
export class VariantMarks implements vscode.FileDecorationProvider, Disposable {
  private readonly store = new DisposableStore();

  constructor() {
    this.store.add(vscode.window.registerFileDecorationProvider(this));
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const variant = uri.scheme === keyScheme ? variantOf(uri) : undefined;
    switch (variant) {
      case 'raw':
        return new vscode.FileDecoration('r', vscode.l10n.t('raw'));
      case 'decoded':
        return new vscode.FileDecoration('d', vscode.l10n.t('decoded'));
      case 'hex':
        return new vscode.FileDecoration('h', vscode.l10n.t('hex'));
      case undefined:
        return undefined;
    }
  }

  dispose(): void {
    this.store.dispose();
  }
}
