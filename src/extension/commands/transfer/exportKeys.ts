import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { runExport } from '../../../kv/transfer/runExport';
import type { TransferScope } from '../../../kv/transfer/scope';
import { formatSize, keysText } from '../../../views/format/format';
import { exportNotes } from '../../../views/plan/exportText';
import { plainWindow } from '../../../views/shown/plainWindow';
import { placedFile } from '../../transfer/workspaceFiles';
import { environmentTitle } from '../environmentTitle';
import { withPlanProgress } from '../planProgress';
import { showing } from '../showing';
import { opening, tellDone } from '../tellDone';
import { askExport } from './exportSteps';

/** What of a bucket is exported or copied, and how it is called. */
export interface NamedScope {
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly scope: TransferScope;
  /** `orders`, `orders.eu.>`, `12 keys`. */
  readonly name: string;
  /** How many keys there are, where that is known. */
  readonly count?: number;
}

/** More is asked about: it takes a while, and place. */
const muchBytes = 1024 ** 3;

/** Asks for a form and a place, and exports with progress; says in the end what was made. */
export async function exportKeys(what: NamedScope): Promise<void> {
  const { t } = vscode.l10n;
  const { session, bucket, scope, name } = what;
  const connection = await session.connect();
  const status = await connection.bucketStatus(bucket);
  const title = environmentTitle(session.config, t('Export {0} on {1}', name, session.name));
  const isAll = !scope.keys && !scope.filters;
  const about = isAll
    ? t('{0}, {1}', keysText(status.subjects), formatSize(status.size))
    : what.count === undefined
      ? name
      : keysText(what.count);
  if (isAll && status.size > muchBytes && !(await isMeant(title, about))) {
    return;
  }
  const asked = await askExport(title, about, status.history !== 1);
  const uri = asked && (await askPlace(title, what, asked.extension));
  if (!asked || !uri) {
    return;
  }
  const isLossless = asked.form.kind === 'ndjson' || asked.form.kind === 'folder';
  const result = await withPlanProgress(
    t('Exporting {0}', name),
    undefined,
    (signal, onProgress) =>
      runExport({
        ...{ connection, bucket, form: asked.form, signal, onProgress, ...placedFile(uri) },
        scope: { ...scope, history: asked.history, ...(!isLossless && { liveOnly: true }) },
      }),
    connection.state,
  );
  const fileName = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  const done = asked.history
    ? t('Exported {0} revisions ({1}) to {2}.', result.entries, formatSize(result.bytes), fileName)
    : t('Exported {0} ({1}) to {2}.', keysText(result.entries), formatSize(result.bytes), fileName);
  const open =
    asked.extension === undefined
      ? showing(uri.fsPath)
      : opening(() => vscode.commands.executeCommand('vscode.open', uri));
  tellDone([done, ...exportNotes(result.notes)].join(' '), open);
}

async function isMeant(title: string, about: string): Promise<boolean> {
  const proceed = vscode.l10n.t('Export');
  const options = { modal: true, detail: vscode.l10n.t('That is a lot: {0}.', about) };
  return (await plainWindow.showWarningMessage(`${title}?`, options, proceed)) === proceed;
}

function askPlace(
  title: string,
  { bucket }: NamedScope,
  extension: string | undefined,
): Thenable<vscode.Uri | undefined> {
  const day = new Date().toISOString().slice(0, 10);
  const name = `${bucket}-${day}${extension === undefined ? '' : `.${extension}`}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  return plainWindow.showSaveDialog({
    title,
    defaultUri: vscode.Uri.joinPath(folder, name),
    saveLabel: vscode.l10n.t('Export'),
    ...(extension !== undefined && { filters: { [extension.toUpperCase()]: [extension] } }),
  });
}
