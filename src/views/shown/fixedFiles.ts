import * as vscode from 'vscode';
import { fileErrors } from './fileErrors';

/** What a file system refuses whose files come from elsewhere: none is made, deleted or renamed in it. */
export abstract class FixedFiles {
  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  createDirectory(uri: vscode.Uri): never {
    throw fileErrors.noPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw fileErrors.noPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw fileErrors.noPermissions(uri);
  }
}
