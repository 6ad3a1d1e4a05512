import type * as vscode from 'vscode';
import type { Background } from '../kv/base/background';
import { DisposableStore, type Disposable } from '../kv/base/event';
import { later } from '../kv/base/later';
import type { Connections } from '../kv/session/connections';
import type { CommandsOf } from './commands/register';
import { syncCommands } from './commands/sync/syncCommands';
import type { MergeEditors } from './documents/editors/mergeEditors';
import type { PlanDocuments } from './plans/planDocuments';
import { SyncPairs } from './sync/syncPairs';

export interface SyncPartsNeeds {
  readonly connections: Connections;
  readonly plans: PlanDocuments;
  readonly merges: MergeEditors;
  /** What is remembered of this workspace; undefined for a window without one. */
  readonly storage: vscode.Uri | undefined;
  readonly inBackground: Background;
}

/** What synchronises buckets with folders, with its commands. */
interface SyncParts extends Disposable {
  readonly commands: CommandsOf<'sync'>;
}

/** Builds what synchronises buckets with folders, where the settings ask for any: most of it once a pair is set. */
export function composeSyncParts(needs: SyncPartsNeeds): SyncParts {
  const { connections, storage, inBackground } = needs;
  const store = new DisposableStore();
  const pairs = store.add(new SyncPairs(connections, inBackground));
  let isFollowed = false;
  const synced = later(async () => {
    isFollowed = true;
    const { SyncedFolders } = await import('./sync/syncedFolders');
    return store.add(new SyncedFolders({ pairs, storage, inBackground }));
  });
  const followThem = (): void => {
    if (!isFollowed && pairs.current.pairs.length > 0) {
      inBackground('follow the folders that are synchronised', synced());
    }
  };
  store.add(pairs.onDidChange(followThem));
  followThem();
  return { commands: syncCommands({ pairs, synced, ...needs }), dispose: () => store.dispose() };
}
