import * as vscode from 'vscode';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { displayText } from '../../../kv/values/displayText';
import { keyNode } from '../../../views/buckets/rows/nodes';
import { commandIds } from '../../contributions';
import { documentIdOf, type DocumentId } from '../../documents/address/documentId';
import { keyUri } from '../../documents/address/keyUri';
import { openKeyEditor } from '../../documents/editors/openKeyEditor';
import type { KeyDocuments } from '../../documents/model/keyDocuments';
import { isLiveVersion, type Version } from '../../documents/model/version';
import { tellDone, type FollowUp } from '../tellDone';

/**
 * Opens a key in its editor. One that has no value is told, with what can be done: VS Code would show a
 * page for a file that was not found. Costs no request more than the editor does.
 */
export async function openOrTell(
  documents: KeyDocuments,
  session: ConnectionSession,
  bucket: string,
  key: string,
): Promise<void> {
  const id = documentIdOf(keyUri({ connectionId: session.id, bucket, key }));
  const missing = id && (await missingVersion(documents, id));
  if (!id || !missing) {
    await openKeyEditor(session, bucket, key);
    return;
  }
  const history: FollowUp = {
    label: vscode.l10n.t('Show History'),
    run: () =>
      vscode.commands.executeCommand(commandIds.historyShow, keyNode(session, bucket, key)),
  };
  const begin: FollowUp = {
    label: vscode.l10n.t('New Key'),
    run: async () => {
      await documents.begin(id, undefined);
      await openKeyEditor(session, bucket, key);
    },
  };
  tellDone(
    missingText(missing, displayText(key), bucket),
    ...(missing.revision > 0 ? [history] : []),
    ...(documents.readOnly(id) ? [] : [begin]),
  );
}

/** What the server has of a key that has no value; undefined where there is one, or nobody can tell. */
async function missingVersion(
  documents: KeyDocuments,
  id: DocumentId,
): Promise<Version | undefined> {
  // What is listed is there; its value may be one that is too large to be read unasked.
  if (documents.editorOf(id.uri) || documents.listedSize(id) !== undefined) {
    return undefined;
  }
  try {
    const document = await documents.current(id);
    return isLiveVersion(document.latest) || document.isNew ? undefined : document.latest;
  } catch {
    // The editor says why it cannot be read.
    return undefined;
  }
}

function missingText({ operation, revision }: Version, key: string, bucket: string): string {
  if (revision === 0) {
    return vscode.l10n.t('{0} is not in {1}.', key, bucket);
  }
  return operation === 'EXPIRED'
    ? vscode.l10n.t('{0} has expired in {1} (r{2}).', key, bucket, revision)
    : vscode.l10n.t('{0} was deleted in {1} (r{2}).', key, bucket, revision);
}
