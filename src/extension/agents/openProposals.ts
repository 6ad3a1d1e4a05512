import * as vscode from 'vscode';
import { AgentRefusal } from '../../kv/agents/agentRefusal';
import type { ProposedValue } from '../../kv/agents/proposals';
import { beginKey, fillKey } from '../commands/keys/beginKey';
import { settingIds } from '../contributions';
import { keyUri } from '../documents/address/keyUri';
import { openKeyEditor } from '../documents/editors/openKeyEditor';
import { replaceText } from '../documents/editors/workspaceEditors';
import type { KeyDocuments } from '../documents/model/keyDocuments';

const opened =
  'The text is in an unsaved editor of the user, who may change it and saves it, or not. Do not assume that it was saved: read the key again.';
const compared =
  'The user sees a comparison of the stored value and the proposed one. It is not in an editor of the key, since the settings let VS Code save that by itself.';

/**
 * Opens proposed values as unsaved text, each in the editor of its key; as comparisons where auto save would
 * write them by itself. Text of the user that is not saved stays. Returns what to tell the agent.
 */
export async function openProposals(
  documents: KeyDocuments,
  values: readonly ProposedValue[],
  signal: AbortSignal,
): Promise<string> {
  const isSaved = savesByItself();
  for (const value of values) {
    const { session, bucket, key } = value;
    session.lock.check();
    if (signal.aborted) {
      throw new AgentRefusal('the call was cancelled');
    }
    const uri = keyUri({ connectionId: session.id, bucket, key }).toString();
    if (documents.editorOf(uri)?.dirty) {
      throw new AgentRefusal('the user has unsaved changes of this key: they stay as they are');
    }
  }
  for (const value of values) {
    await (isSaved ? compare(value) : open(documents, value));
  }
  return isSaved ? compared : opened;
}

/** Whether VS Code may store the text of an editor without being told to. */
function savesByItself(): boolean {
  const settings = vscode.workspace.getConfiguration();
  const isAllowed = settings.get<boolean>(settingIds.autoSave, false);
  return isAllowed && settings.get<string>('files.autoSave', 'off') !== 'off';
}

async function open(documents: KeyDocuments, value: ProposedValue): Promise<void> {
  const { session, bucket, key, text, entry } = value;
  if (entry?.operation !== 'PUT') {
    if (await beginKey(documents, session, bucket, { key, ttl: undefined })) {
      await openKeyEditor(session, bucket, key);
      await fillKey(documents, session, bucket, { key, text });
      return;
    }
  }
  await openKeyEditor(session, bucket, key);
  const uri = keyUri({ connectionId: session.id, bucket, key });
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.isDirty) {
    throw new AgentRefusal('the user has unsaved changes of this key: they stay as they are');
  }
  await replaceText(document, text);
}

async function compare({ session, bucket, key, text }: ProposedValue): Promise<void> {
  const uri = keyUri({ connectionId: session.id, bucket, key });
  const proposed = await vscode.workspace.openTextDocument({ content: text });
  const title = vscode.l10n.t('{0}: stored ↔ proposed by an assistant', key);
  await vscode.commands.executeCommand('vscode.diff', uri, proposed.uri, title);
}
