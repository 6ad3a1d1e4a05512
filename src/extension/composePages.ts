import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../kv/base/event';
import type { Connections } from '../kv/session/connections';
import type { ConnectionSession } from '../kv/session/connectionSession';
import { bucketNode } from '../views/buckets/rows/nodes';
import { pagePanels } from '../views/page/pagePanels';
import { bucketPages, type BucketPageAction } from '../views/properties/bucketPage';
import { glancePages } from '../views/properties/glancePage';
import { glanceCommand } from './commands/connections/glanceCommand';
import type { CommandMap } from './commands/register';
import { commandIds } from './contributions';
import { backgroundOf } from './report';

/** The pages that tell what is known of buckets and connections. */
export interface Pages extends Disposable {
  showBucket(session: ConnectionSession, bucket: string): void;
  readonly commands: CommandMap;
}

/** Builds the pages, and has VS Code bring back those that were open before the window was loaded. */
export function composePages(
  context: vscode.ExtensionContext,
  connections: Connections,
  log: vscode.LogOutputChannel,
): Pages {
  const store = new DisposableStore();
  const inBackground = backgroundOf(log);
  const dist = vscode.Uri.joinPath(context.extensionUri, 'dist');
  const commands: Record<BucketPageAction, string> = {
    edit: commandIds.bucketEdit,
    clean: commandIds.bucketClean,
    json: commandIds.bucketShowJson,
  };
  const act = (action: BucketPageAction, session: ConnectionSession, bucket: string): void => {
    const done = vscode.commands.executeCommand(commands[action], bucketNode(session, bucket));
    inBackground('act on the bucket of a page', done);
  };
  const kind = bucketPages({ connections, act, inBackground });
  const buckets = store.add(pagePanels({ kind, dist, inBackground }));
  const showBucket = ({ id }: ConnectionSession, bucket: string): void =>
    buckets.show({ connectionId: id, bucket });
  const glances = store.add(
    pagePanels({
      kind: glancePages({ connections, showBucket, inBackground }),
      ...{ dist, inBackground },
    }),
  );
  return {
    showBucket,
    commands: glanceCommand(connections, ({ id }) => glances.show({ connectionId: id })),
    dispose: () => store.dispose(),
  };
}
