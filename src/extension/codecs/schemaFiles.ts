import * as vscode from 'vscode';
import type { Disposable } from '../../kv/base/event';
import { t } from '../../kv/base/l10n';
import { messageOf } from '../../kv/model/errors';
import { SchemaError } from '../../kv/values/protobuf/schemaError';
import type { SchemaFiles } from './protobufCodecs';

/**
 * Paths in the folders of the workspace, of which the first that has a file counts. The files of a workspace
 * that is not trusted decide nothing, whoever named them.
 */
export class WorkspaceSchemaFiles implements SchemaFiles {
  private readonly asked = new Set<string>();
  private readonly watchers: vscode.Disposable[] = [];
  private changed: (path: string) => void = () => undefined;

  async read(path: string): Promise<Uint8Array | undefined> {
    this.follow(path);
    if (!vscode.workspace.isTrusted && !isAbsolute(path)) {
      throw new SchemaError(t('not used: the workspace is not trusted'), path);
    }
    for (const uri of urisOf(path)) {
      try {
        return await vscode.workspace.fs.readFile(uri);
      } catch (error) {
        if ((error as { readonly code?: unknown }).code !== 'FileNotFound') {
          throw new SchemaError(messageOf(error), path);
        }
      }
    }
    return undefined;
  }

  watch(changed: (path: string) => void): Disposable {
    this.changed = changed;
    // What was refused may be read from now on.
    const tell = (): void => this.asked.forEach((path) => changed(path));
    this.watchers.push(vscode.workspace.onDidGrantWorkspaceTrust(tell));
    return {
      dispose: () => {
        this.watchers.forEach((each) => void each.dispose());
      },
    };
  }

  private follow(path: string): void {
    if (this.asked.has(path) || isAbsolute(path)) {
      return;
    }
    this.asked.add(path);
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const pattern = new vscode.RelativePattern(folder, path);
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      const tell = (): void => this.changed(path);
      watcher.onDidChange(tell);
      watcher.onDidCreate(tell);
      watcher.onDidDelete(tell);
      this.watchers.push(watcher);
    }
  }
}

function urisOf(path: string): vscode.Uri[] {
  return isAbsolute(path)
    ? [vscode.Uri.file(path)]
    : (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => vscode.Uri.joinPath(uri, path));
}

function isAbsolute(path: string): boolean {
  return /^([/\\]|[A-Za-z]:)/.test(path);
}
