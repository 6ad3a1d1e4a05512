import type * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../kv/base/event';
import type { Connections } from '../kv/session/connections';
import type { CommandMap } from './commands/register';
import { syncCommands } from './commands/sync/syncCommands';
import type { MergeEditors } from './documents/editors/mergeEditors';
import type { PlanDocuments } from './plans/planDocuments';
import { backgroundOf } from './report';
import type { SyncedFolders } from './sync/syncedFolders';
import { SyncPairs } from './sync/syncPairs';

/** Buckets that are synchronised with folders, with their commands. */
interface Sync extends Disposable {
  readonly commands: CommandMap;
}

/** Builds what synchronises buckets with folders of the workspace: most of it once a pair is set. */
export function composeSync(
  context: vscode.ExtensionContext,
  connections: Connections,
  parts: { readonly plans: PlanDocuments; readonly merges: MergeEditors },
  log: vscode.LogOutputChannel,
): Sync {
  const store = new DisposableStore();
  const inBackground = backgroundOf(log);
  const pairs = store.add(new SyncPairs(connections, inBackground));
  let loaded: Promise<SyncedFolders> | undefined;
  const synced = (): Promise<SyncedFolders> => {
    loaded ??= import('./sync/syncedFolders').then(({ SyncedFolders: Synced }) =>
      store.add(new Synced({ pairs, storage: context.storageUri, inBackground })),
    );
    return loaded;
  };
  const followThem = (): void => {
    if (!loaded && pairs.current.pairs.length > 0) {
      inBackground('follow the folders that are synchronised', synced());
    }
  };
  store.add(pairs.onDidChange(followThem));
  followThem();
  return {
    commands: syncCommands({ pairs, synced, ...parts }),
    dispose: () => store.dispose(),
  };
}
