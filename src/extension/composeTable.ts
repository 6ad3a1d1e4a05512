import * as vscode from 'vscode';
import type { Disposable } from '../kv/base/event';
import type { Connections } from '../kv/session/connections';
import { TableMemory } from '../views/table/tableMemory';
import { tablePanels } from '../views/table/tablePanels';
import type { CommandMap } from './commands/register';
import { chooseColumns } from './commands/table/chooseColumns';
import { tableCommands, type TableCommandParts } from './commands/table/tableCommands';
import { settingIds } from './contributions';
import { openKeyEditor } from './documents/editors/openKeyEditor';
import type { PlanDocuments } from './plans/planDocuments';
import { backgroundOf, inform } from './report';

/** Buckets as tables, with the commands that open them. */
interface Tables extends Disposable {
  readonly commands: CommandMap;
}

const tablePlans = () => import('./commands/table/tablePlans');
const tableExports = () => import('./commands/table/exportTableView');

/** Builds the tables, and has VS Code bring back those that were open before the window was loaded. */
export function composeTable(
  context: vscode.ExtensionContext,
  connections: Connections,
  parts: Pick<TableCommandParts, 'filterOf' | 'selected' | 'found'> & {
    readonly plans: PlanDocuments;
  },
  log: vscode.LogOutputChannel,
): Tables {
  const { plans } = parts;
  const panels = tablePanels({
    connections,
    chooseColumns,
    memory: new TableMemory(context.workspaceState),
    dist: vscode.Uri.joinPath(context.extensionUri, 'dist'),
    inBackground: backgroundOf(log),
    pauseMs: () => vscode.workspace.getConfiguration().get<number>(settingIds.findPause, 0),
    open: (session, bucket, key, toSide) =>
      openKeyEditor(session, bucket, key, toSide ? vscode.ViewColumn.Beside : undefined),
    copy: (text) => vscode.env.clipboard.writeText(text),
    pasted: () => vscode.env.clipboard.readText(),
    askCopyName: async (keys) => (await tablePlans()).askCopyName(keys),
    plan: async (session, request) => (await tablePlans()).openTablePlan(plans, session, request),
    exportRows: async (session, view) => (await tableExports()).exportTableView(session, view),
    tell: inform,
  });
  const commands = tableCommands({
    ...parts,
    connections,
    show: (place) => panels.show(place),
  });
  return { commands, dispose: () => panels.dispose() };
}
