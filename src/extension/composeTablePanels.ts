import * as vscode from 'vscode';
import type { Connections } from '../kv/session/connections';
import { TableMemory } from '../views/table/tableMemory';
import type { Panels } from '../views/page/panels';
import { tablePanels } from '../views/table/tablePanels';
import type { TablePlace } from '../views/table/tablePlace';
import { chooseColumns } from './commands/table/chooseColumns';
import { settingIds } from './contributions';
import { openKeyEditor } from './documents/editors/openKeyEditor';
import type { PlanDocuments } from './plans/planDocuments';
import { backgroundOf, inform } from './report';

const tablePlans = () => import('./commands/table/tablePlans');
const tableExports = () => import('./commands/table/exportTableView');

/** The open tables: loaded with the first of them. */
export function openTables(
  context: vscode.ExtensionContext,
  connections: Connections,
  plans: PlanDocuments,
  log: vscode.LogOutputChannel,
): Panels<TablePlace> {
  return tablePanels({
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
}
