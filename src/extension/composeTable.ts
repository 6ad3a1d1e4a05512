import type * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../kv/base/event';
import { later } from '../kv/base/later';
import type { Connections } from '../kv/session/connections';
import { lazyCommands, type CommandMap } from './commands/register';
import type { TableCommandParts } from './commands/table/tableCommands';
import { panelTypes } from './contributions';
import { lazyPanels } from './lazyPanels';
import type { PlanDocuments } from './plans/planDocuments';

/** Buckets as tables, with the commands that open them. */
interface Tables extends Disposable {
  readonly commands: CommandMap;
}

/** Builds the tables with the first of them, and has VS Code bring back those that were open before. */
export function composeTable(
  context: vscode.ExtensionContext,
  connections: Connections,
  parts: Pick<TableCommandParts, 'filterOf' | 'selected' | 'found'> & {
    readonly plans: PlanDocuments;
  },
  log: vscode.LogOutputChannel,
): Tables {
  const store = new DisposableStore();
  const panels = later(async () => {
    const { openTables } = await import('./composeTablePanels');
    return store.add(openTables(context, connections, parts.plans, log));
  });
  store.add(lazyPanels(panelTypes.table, panels));
  const commands = lazyCommands('table', async () => {
    const { tableCommands } = await import('./commands/table/tableCommands');
    const tables = await panels();
    return tableCommands({ ...parts, connections, show: (place) => tables.show(place) });
  });
  return { commands, dispose: () => store.dispose() };
}
