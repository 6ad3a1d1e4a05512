import * as vscode from 'vscode';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { displayText } from '../../../kv/values/displayText';
import type { ChangeRow } from '../../../kv/live/liveRows';
import { changeToJson } from '../../../kv/live/ndjson';
import { exactText } from '../../../kv/values/textForm';
import { jsonOf } from '../../../kv/values/valueText';
import { keyNode } from '../../../views/buckets/rows/nodes';
import type { RowAction } from '../../../views/live/liveProtocol';
import { openKeyEditor } from '../../documents/editors/openKeyEditor';
import { reportFailure } from '../target';
import type { Connections } from '../../../kv/session/connections';
import { commandIds } from '../../contributions';
import { revisionUri } from '../../documents/address/revisionUri';
import { inform } from '../../report';

export interface RowActionParts {
  readonly connections: Connections;
  readonly log: vscode.LogOutputChannel;
  readonly nameOf: (connectionId: string) => string;
}

/** Does what the user asked of a row of the Live view. */
export function runRowAction(parts: RowActionParts) {
  return (row: ChangeRow, action: RowAction): void => {
    const target = displayText(row.change.entry.key);
    void run(parts, row, action).catch((error: unknown) =>
      reportFailure(parts.log, vscode.l10n.t('Failed to open {0}', target), error),
    );
  };
}

async function run(
  { connections, nameOf }: RowActionParts,
  row: ChangeRow,
  action: RowAction,
): Promise<void> {
  const { bucket, entry, connectionId } = row.change;
  const copied = copiedOf(row, action, nameOf);
  if (copied !== undefined) {
    await vscode.env.clipboard.writeText(copied);
    return;
  }
  const session = connections.get(connectionId);
  if (!session) {
    return;
  }
  switch (action) {
    case 'openKey':
      await openKeyEditor(session, bucket, entry.key);
      break;
    case 'openKeyToSide':
      await openKeyEditor(session, bucket, entry.key, vscode.ViewColumn.Beside);
      break;
    case 'openHistory': {
      const node = keyNode(session, bucket, entry.key);
      await vscode.commands.executeCommand(commandIds.historyShow, node);
      break;
    }
    case 'reveal':
      await vscode.commands.executeCommand(
        commandIds.keyReveal,
        keyNode(session, bucket, entry.key),
      );
      break;
    case 'openRevision':
      await openRevision(session, row);
      break;
    default:
      // The rest has been copied, or is the view's.
      break;
  }
}

/** What an action copies; a value that is no text as base64, as the export has it. */
function copiedOf(
  { change }: ChangeRow,
  action: RowAction,
  nameOf: RowActionParts['nameOf'],
): string | undefined {
  const { key, value } = change.entry;
  switch (action) {
    case 'copy':
      return changeToJson(change, nameOf(change.connectionId));
    case 'copyKey':
      return key;
    case 'copyValue':
      return exactText(value) ?? Buffer.from(value).toString('base64');
    default:
      return undefined;
  }
}

/** Opens a revision as the server has it, or what was told of it when its history has dropped it. */
async function openRevision(session: ConnectionSession, { change }: ChangeRow): Promise<void> {
  const { bucket, entry, connectionId } = change;
  const { key, revision, value } = entry;
  const connection = await session.connect();
  if (await connection.getRevision(bucket, key, revision)) {
    const uri = revisionUri({ connectionId, bucket, key, revision });
    await vscode.commands.executeCommand('vscode.open', uri);
    return;
  }
  const content = exactText(value);
  if (content === undefined) {
    inform(vscode.l10n.t('r{0} is no longer in the history of the bucket, and binary.', revision));
    return;
  }
  const language = jsonOf(value) === undefined ? 'plaintext' : 'json';
  const document = await vscode.workspace.openTextDocument({ content, language });
  await vscode.window.showTextDocument(document);
}
