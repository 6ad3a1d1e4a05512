import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { exportTable, type TableExported } from '../../../kv/table/exportTable';
import type { ExportFormat } from '../../../kv/table/tableText';
import { formatCount, keysText } from '../../../views/format/format';
import { plainWindow } from '../../../views/shown/plainWindow';
import type { ExportedView } from '../../../views/table/tablePage';
import { settingIds } from '../../contributions';
import { placedFile } from '../../transfer/workspaceFiles';
import { environmentTitle } from '../environmentTitle';
import { withPlanProgress } from '../planProgress';
import { opening, tellDone } from '../tellDone';

interface Form extends vscode.QuickPickItem {
  readonly format: ExportFormat;
  readonly extension: string;
}

/** Asks for a form and a file, and writes all rows of a table into it, as they are filtered and sorted. */
export async function exportTableView(
  session: ConnectionSession,
  { table, bucket, columns }: ExportedView,
): Promise<void> {
  const { t } = vscode.l10n;
  const plain = t('Export {0} of {1} on {2}', keysText(table.count), bucket, session.name);
  const title = environmentTitle(session.config, plain);
  const form = await plainWindow.showQuickPick(forms(), { title });
  const uri = form && (await askPlace(title, bucket, form.extension));
  if (!form || !uri) {
    return;
  }
  const connection = await session.connect();
  const pauseMs = vscode.workspace.getConfiguration().get<number>(settingIds.findPause, 0);
  const exported = await withPlanProgress(
    t('Exporting {0}', bucket),
    table.count,
    (signal, onProgress) =>
      exportTable({
        ...{ table, columns, connection, bucket, format: form.format, pauseMs },
        ...placedFile(uri),
        ...{ signal, onProgress },
      }),
    connection.state,
  );
  const fileName = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  const done = t('Exported {0} to {1}.', keysText(exported.rows), fileName);
  const open = opening(() => vscode.commands.executeCommand('vscode.open', uri));
  tellDone([done, ...notes(exported)].join(' '), open);
}

function notes({ gone, unread }: TableExported): string[] {
  const { t } = vscode.l10n;
  return [
    ...(gone > 0 ? [t('{0} were deleted meanwhile.', formatCount(gone))] : []),
    ...(unread > 0
      ? [t('{0} could not be read: their cells are empty.', formatCount(unread))]
      : []),
  ];
}

function forms(): Form[] {
  const { t } = vscode.l10n;
  return [
    { label: 'CSV', detail: t('For spreadsheets'), format: 'csv', extension: 'csv' },
    { label: 'TSV', detail: t('Tabs between columns'), format: 'tsv', extension: 'tsv' },
    { label: 'Markdown', detail: t('A table for a text'), format: 'markdown', extension: 'md' },
    { label: 'JSON', detail: t('A list of objects'), format: 'json', extension: 'json' },
    { label: 'NDJSON', detail: t('An object in each line'), format: 'ndjson', extension: 'ndjson' },
  ];
}

function askPlace(
  title: string,
  bucket: string,
  extension: string,
): Thenable<vscode.Uri | undefined> {
  const day = new Date().toISOString().slice(0, 10);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  return plainWindow.showSaveDialog({
    title,
    defaultUri: vscode.Uri.joinPath(folder, `${bucket}-table-${day}.${extension}`),
    saveLabel: vscode.l10n.t('Export'),
    filters: { [extension.toUpperCase()]: [extension] },
  });
}
