import type * as vscode from 'vscode';
import { type Disposable, DisposableStore, Emitter } from '../kv/base/event';
import type { DemoParts } from './commands/localServer/demoCommands';
import { lazyCommands, type CommandMap } from './commands/register';
import type { SingleSource } from './connections/connectionSources';
import type { LocalServerStore } from './localServer/localServerStore';

/** The local server as a connection, with its commands. */
interface LocalServerParts extends Disposable {
  readonly source: SingleSource;
  readonly commands: CommandMap;
}

/** Builds what starts a server to try things on, when that is first asked for. `demo`: what demo data needs. */
export function composeLocalServer(
  storage: vscode.Uri,
  demo: () => Omit<DemoParts, 'server'>,
): LocalServerParts {
  const store = new DisposableStore();
  const changed = store.add(new Emitter<void>());
  let server: LocalServerStore | undefined;
  const commands = lazyCommands('localServer', async () => {
    const [{ LocalServerStore: Server }, { localServerCommands }] = await Promise.all([
      import('./localServer/localServerStore'),
      import('./commands/localServer/localServerCommands'),
    ]);
    server = store.add(new Server(storage));
    store.add(server.onDidChange(() => changed.fire()));
    return localServerCommands({ ...demo(), server });
  });
  const source = {
    get config() {
      return server?.config;
    },
    onDidChange: changed.event,
  };
  return { source, commands, dispose: () => store.dispose() };
}
