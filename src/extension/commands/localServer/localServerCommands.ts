import * as vscode from 'vscode';
import { commandIds, viewIds } from '../../contributions';
import type { LocalServerStore } from '../../localServer/localServerStore';
import type { CommandMap } from '../register';
import { demoCommands, offerDemo, type DemoParts } from './demoCommands';

interface LocalServerParts extends DemoParts {
  readonly server: LocalServerStore;
}

/** Commands on the local server, and on demo data for it. */
export function localServerCommands(parts: LocalServerParts): CommandMap {
  const { server } = parts;
  return {
    ...demoCommands(parts),
    [commandIds.localServerStart]: async () => {
      if (await server.start()) {
        await vscode.commands.executeCommand(`${viewIds.buckets}.focus`);
        offerDemo(parts);
      }
    },
    [commandIds.localServerStop]: () => server.stop(),
    [commandIds.localServerShowLog]: () => server.showLog(),
    [commandIds.localServerDeleteData]: () => server.deleteData(),
  };
}
