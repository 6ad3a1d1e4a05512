import type * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../kv/base/event';
import type { Connections } from '../kv/session/connections';
import type { CommandMap } from './commands/register';
import { syncCommands } from './commands/sync/syncCommands';
import type { MergeEditors } from './documents/editors/mergeEditors';
import type { PlanDocuments } from './plans/planDocuments';
import { backgroundOf } from './report';
import { FileActions } from './sync/fileActions';
import { FileMarks } from './sync/fileMarks';
import { SyncFollower } from './sync/syncFollower';
import { SyncPairs } from './sync/syncPairs';

/** Buckets that are synchronised with folders, with their commands. */
interface Sync extends Disposable {
  readonly commands: CommandMap;
}

/** Builds what synchronises buckets with folders of the workspace. */
export function composeSync(
  context: vscode.ExtensionContext,
  connections: Connections,
  parts: { readonly plans: PlanDocuments; readonly merges: MergeEditors },
  log: vscode.LogOutputChannel,
): Sync {
  const store = new DisposableStore();
  const inBackground = backgroundOf(log);
  const pairs = store.add(new SyncPairs(connections, context.storageUri, inBackground));
  const follower = store.add(new SyncFollower(pairs, inBackground));
  store.add(new FileMarks(follower));
  store.add(new FileActions(pairs, follower));
  return {
    commands: syncCommands({ pairs, follower, ...parts }),
    dispose: () => store.dispose(),
  };
}
