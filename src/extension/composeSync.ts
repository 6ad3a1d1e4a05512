import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../kv/base/event';
import { later } from '../kv/base/later';
import { lazyCommands, type CommandMap } from './commands/register';
import type { SyncPartsNeeds } from './composeSyncParts';
import { settingIds } from './contributions';

/** Buckets that are synchronised with folders, with their commands. */
interface Sync extends Disposable {
  readonly commands: CommandMap;
}

/** Builds what synchronises buckets with folders of the workspace, where the settings ask for any. */
export function composeSync(needs: SyncPartsNeeds): Sync {
  const { workspace } = vscode;
  const store = new DisposableStore();
  const parts = later(async () => {
    const { composeSyncParts } = await import('./composeSyncParts');
    return store.add(composeSyncParts(needs));
  });
  const look = (): void => {
    if (isSet()) {
      needs.inBackground('read natsKv.sync', parts());
    }
  };
  store.add(workspace.onDidChangeWorkspaceFolders(look));
  store.add(
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingIds.sync)) {
        look();
      }
    }),
  );
  look();
  const commands = lazyCommands('sync', async () => (await parts()).commands);
  return { commands, dispose: () => store.dispose() };
}

/** Whether any settings of this window have something to say of it. */
function isSet(): boolean {
  const { workspaceFolders = [] } = vscode.workspace;
  return [undefined, ...workspaceFolders].some((folder) => {
    const settings = vscode.workspace
      .getConfiguration(undefined, folder)
      .inspect<unknown>(settingIds.sync);
    const { globalValue, workspaceValue, workspaceFolderValue } = settings ?? {};
    return [globalValue, workspaceValue, workspaceFolderValue].some((value) => value !== undefined);
  });
}
