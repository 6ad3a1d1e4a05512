import * as vscode from 'vscode';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { keyUri } from '../address/keyUri';

/** Opens a key's value in the text editor. */
export async function openKeyEditor(
  session: ConnectionSession,
  bucket: string,
  key: string,
  viewColumn?: vscode.ViewColumn,
): Promise<void> {
  const uri = keyUri({ connectionId: session.id, bucket, key });
  const options = { preview: false, override: false, ...(viewColumn && { viewColumn }) };
  await vscode.commands.executeCommand('vscode.open', uri, options);
}
