import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../kv/base/event';
import { LiveFeed } from '../kv/live/liveFeed';
import { LiveMemory } from '../views/live/liveMemory';
import { LiveNotices } from '../views/live/liveNotices';
import { LiveView } from '../views/live/liveView';
import type { CommandsOf } from './commands/register';
import { liveCommands } from './commands/live/liveCommands';
import type { Connections } from '../kv/session/connections';
import { contextKeys, settingIds, viewIds } from './contributions';
import { keepLive } from './live/keepLive';
import { runRowAction } from './commands/live/rowActions';
import { backgroundOf, setContext } from './report';

/** The Live view with its watches, and its commands. */
export interface LiveParts extends Disposable {
  readonly view: LiveView;
  readonly commands: CommandsOf<'live'>;
  /** How many watches there are. */
  readonly watches: () => number;
}

/** Builds the Live view and takes up the watches that were there before the last restart. */
export function composeLiveParts(
  context: vscode.ExtensionContext,
  connections: Connections,
  log: vscode.LogOutputChannel,
): LiveParts {
  const store = new DisposableStore();
  const sourceOf = (id: string) => connections.get(id);
  const feed = store.add(new LiveFeed({ maxEntries: maxEntries(), sourceOf }));
  store.add(connections.onDidChange(() => feed.sourcesChanged()));
  const inBackground = backgroundOf(log);
  store.add(keepLive(feed, new LiveMemory(context.workspaceState), inBackground));
  tellPaused(feed);
  store.add(feed.onDidConfigure(() => tellPaused(feed)));
  const dist = vscode.Uri.joinPath(context.extensionUri, 'dist');
  const nameOf = (id: string): string => connections.get(id)?.name ?? id;
  const onRow = runRowAction({ connections, log, nameOf });
  const view = store.add(new LiveView({ feed, dist, nameOf, onRow, log, inBackground }));
  const show = (): Thenable<unknown> => vscode.commands.executeCommand(`${viewIds.live}.focus`);
  store.add(new LiveNotices(feed, show, inBackground));
  store.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingIds.liveMaxEntries)) {
        feed.limit(maxEntries());
      }
    }),
  );
  const commands = liveCommands({
    ...{ connections, feed, show, nameOf, log },
    onRow: (id, action) => view.rowAction(id, action),
  });
  return { view, commands, watches: () => feed.watches.length, dispose: () => store.dispose() };
}

function maxEntries(): number {
  const asked = vscode.workspace.getConfiguration().get<number>(settingIds.liveMaxEntries, 10_000);
  return Math.min(1_000_000, Math.max(100, Math.floor(asked)));
}

/** Whether there is a watch, and whether the button of the view pauses or goes on. */
function tellPaused(feed: LiveFeed): void {
  const isWatching = feed.watches.length > 0;
  setContext(contextKeys.liveWatching, isWatching);
  const isPaused = feed.watches.length > 0 && feed.watches.every((watch) => watch.isPaused);
  setContext(contextKeys.livePaused, isPaused);
}
