import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../kv/base/event';
import type { Connections } from '../kv/session/connections';
import { later } from '../kv/base/later';
import type { ConnectionSession } from '../kv/session/connectionSession';
import { bucketNode } from '../views/buckets/rows/nodes';
import type { BucketPageAction } from '../views/properties/bucketPage';
import { glanceCommand } from './commands/connections/glanceCommand';
import type { CommandMap } from './commands/register';
import { commandIds, panelTypes } from './contributions';
import { lazyPanels } from './lazyPanels';
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
  const kinds = () => import('./composePanels');
  const buckets = later(async () => {
    const { bucketPanels } = await kinds();
    return store.add(bucketPanels({ connections, act, inBackground }, dist));
  });
  const showBucket = ({ id }: ConnectionSession, bucket: string): void =>
    inBackground(
      'show the properties of a bucket',
      buckets().then((panels) => panels.show({ connectionId: id, bucket })),
    );
  const glances = later(async () => {
    const { glancePanels } = await kinds();
    return store.add(glancePanels({ connections, showBucket, inBackground }, dist));
  });
  store.add(lazyPanels(panelTypes.bucketProperties, buckets));
  store.add(lazyPanels(panelTypes.glance, glances));
  return {
    showBucket,
    commands: glanceCommand(connections, async ({ id }) =>
      (await glances()).show({ connectionId: id }),
    ),
    dispose: () => store.dispose(),
  };
}
