import * as vscode from 'vscode';
import { commandIds, viewIds } from '../../contributions';
import type { LocalServerStore } from '../../localServer/localServerStore';
import type { CommandMap } from '../register';

/** Commands on the local server. */
export function localServerCommands(server: LocalServerStore): CommandMap {
  return {
    [commandIds.localServerStart]: async () => {
      if (await server.start()) {
        await vscode.commands.executeCommand(`${viewIds.buckets}.focus`);
      }
    },
    [commandIds.localServerStop]: () => server.stop(),
    [commandIds.localServerShowLog]: () => server.showLog(),
    [commandIds.localServerDeleteData]: () => server.deleteData(),
  };
}
