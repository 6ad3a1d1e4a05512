import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../kv/base/event';
import { later } from '../kv/base/later';
import { hasKeptWatches } from '../views/live/keptWatches';
import { lazyCommands, type CommandMap } from './commands/register';
import type { Connections } from '../kv/session/connections';
import type { LiveParts } from './composeLiveParts';
import { viewIds } from './contributions';
import { backgroundOf } from './report';

/** The Live view with its watches, and its commands. */
interface Live extends Disposable {
  readonly commands: CommandMap;
  /** How many watches there are. */
  readonly watches: () => number;
}

/**
 * Builds the Live view when it is first seen or asked for something, or at once where there were watches
 * before the last restart.
 */
export function composeLive(
  context: vscode.ExtensionContext,
  connections: Connections,
  log: vscode.LogOutputChannel,
): Live {
  const store = new DisposableStore();
  let made: LiveParts | undefined;
  const parts = later(async () => {
    const { composeLiveParts } = await import('./composeLiveParts');
    made = store.add(composeLiveParts(context, connections, log));
    return made;
  });
  const resolveWebviewView = async (view: vscode.WebviewView): Promise<void> =>
    (await parts()).view.resolveWebviewView(view);
  store.add(vscode.window.registerWebviewViewProvider(viewIds.live, { resolveWebviewView }));
  if (hasKeptWatches(context.workspaceState)) {
    backgroundOf(log)('go on with the watches of Live', parts());
  }
  const commands = lazyCommands('live', async () => (await parts()).commands);
  return {
    commands,
    watches: () => made?.watches() ?? 0,
    dispose: () => store.dispose(),
  };
}
