import * as vscode from 'vscode';
import { AgentRefusal } from '../../kv/agents/agentRefusal';
import type { ProposedValue } from '../../kv/agents/proposals';
import { proposedEntry } from '../../kv/agents/proposedEntry';
import { until } from '../../kv/base/until';
import type { Entry } from '../../kv/model/entry';
import type { ManyKeysParts } from '../commands/manyKeys/manyKeysParts';
import { beginKey, fillKey } from '../commands/keys/beginKey';
import { settingIds } from '../contributions';
import { keyUri } from '../documents/address/keyUri';
import { openKeyEditor } from '../documents/editors/openKeyEditor';
import { replaceText } from '../documents/editors/workspaceEditors';
import type { KeyDocuments } from '../documents/model/keyDocuments';

const unsaved =
  'of the user, who may change it and saves it, or not. Do not assume that it was saved: read the key again.';
const opened = `The text is in an unsaved editor ${unsaved}`;
const openedTogether = `The texts are in one unsaved document ${unsaved}`;
const compared =
  'The user sees a comparison of the stored value and the proposed one. It is not in an editor of the key, since the settings let VS Code save that by itself.';
const isUnsaved = 'the user has unsaved changes of this key: they stay as they are';
const hasChanged = 'the key has changed since it was read: read it again';

/** An editor shows what the server has within this time. */
const shownWithinMs = 2_000;

/** What opens proposals. */
export interface ProposalEditors {
  readonly documents: KeyDocuments;
  readonly manyKeys: () => Promise<Pick<ManyKeysParts, 'propose'>>;
}

/**
 * Opens proposed values as unsaved text: one in the editor of its key, several as one document of keys; as comparisons
 * where auto save would write them by itself. Text of the user that is not saved stays. Returns what to tell the agent.
 */
export async function openProposals(
  { documents, manyKeys }: ProposalEditors,
  values: readonly ProposedValue[],
  signal: AbortSignal,
): Promise<string> {
  const isSaved = savesByItself();
  for (const value of values) {
    value.session.lock.check();
    if (signal.aborted) {
      throw new AgentRefusal('the call was cancelled');
    }
    if (documents.editorOf(uriOf(value).toString())?.dirty) {
      throw new AgentRefusal(isUnsaved);
    }
  }
  const entries = isSaved || values.length === 1 ? [] : values.map(proposedEntry);
  if (entries.length > 0 && entries.every((entry) => entry !== undefined)) {
    await openTogether(await manyKeys(), values, entries);
    return openedTogether;
  }
  for (const value of values) {
    await (isSaved ? compare(value) : open(documents, value));
  }
  return isSaved ? compared : opened;
}

async function openTogether(
  manyKeys: Pick<ManyKeysParts, 'propose'>,
  values: readonly ProposedValue[],
  entries: readonly Entry[],
): Promise<void> {
  const [first] = values;
  if (!first) {
    return;
  }
  const { session, bucket, bucketCreated } = first;
  const keys = values.map(({ key }) => key).sort();
  const [only = ''] = keys;
  const name = vscode.l10n.t('{0} and {1} more', only, keys.length - 1);
  const address = { connectionId: session.id, bucket, scope: { kind: 'keys', keys } } as const;
  const over = entries.map((entry) => ({ entry, over: entry.revision }));
  const outcome = await manyKeys.propose(address, name, { bucketCreated, keys: over });
  if (outcome !== 'opened') {
    throw new AgentRefusal(outcome === 'unsaved' ? isUnsaved : hasChanged);
  }
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
    if (!(await beginKey(documents, session, bucket, { key, ttl: undefined }))) {
      throw new AgentRefusal(hasChanged);
    }
    await openKeyEditor(session, bucket, key);
    await fillKey(documents, session, bucket, { key, text });
    return;
  }
  await openKeyEditor(session, bucket, key);
  const document = await vscode.workspace.openTextDocument(uriOf(value));
  const shown = (): number =>
    documents.find(document.uri.toString())?.document?.base?.revision ?? entry.revision;
  const isBehind = (): boolean => shown() < entry.revision;
  await until(() => !isBehind(), [documents.onDidChangeFacts], { timeoutMs: shownWithinMs });
  if (document.isDirty) {
    throw new AgentRefusal(isUnsaved);
  }
  // A save replaces what the editor shows: that is to be what the proposal was made for.
  if (shown() !== entry.revision) {
    throw new AgentRefusal(hasChanged);
  }
  await replaceText(document, text);
}

async function compare(value: ProposedValue): Promise<void> {
  const { key, text } = value;
  const proposed = await vscode.workspace.openTextDocument({ content: text });
  const title = vscode.l10n.t('{0}: stored ↔ proposed by an assistant', key);
  await vscode.commands.executeCommand('vscode.diff', uriOf(value), proposed.uri, title);
}

function uriOf({ session, bucket, key }: ProposedValue): vscode.Uri {
  return keyUri({ connectionId: session.id, bucket, key });
}
