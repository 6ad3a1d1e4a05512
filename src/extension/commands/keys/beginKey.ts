import * as vscode from 'vscode';
import { until } from '../../../kv/base/until';
import type { Ttl } from '../../../kv/model/entry';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { documentIdOf } from '../../documents/address/documentId';
import { keyUri } from '../../documents/address/keyUri';
import { languageOf } from '../../documents/editors/documentLanguage';
import { setLanguage } from '../../documents/editors/setLanguage';
import { replaceText } from '../../documents/editors/workspaceEditors';
import type { KeyDocuments } from '../../documents/model/keyDocuments';

/** VS Code reads a tab again within this time; one that it does not is filled all the same. */
const emptyWithinMs = 2_000;

/** Makes the document that is to become the key. False when the key has a value by now. */
export async function beginKey(
  documents: KeyDocuments,
  session: ConnectionSession,
  bucket: string,
  { key, ttl }: { readonly key: string; readonly ttl: Ttl | undefined },
): Promise<boolean> {
  await session.connect();
  session.lock.check();
  const id = documentIdOf(keyUri({ connectionId: session.id, bucket, key }));
  if (!id) {
    return false;
  }
  return documents.begin(id, ttl);
}

/** Puts the text that was asked for into the editor, in the language that it looks like. */
export async function fillKey(
  documents: KeyDocuments,
  session: ConnectionSession,
  bucket: string,
  { key, text }: { readonly key: string; readonly text: string },
): Promise<void> {
  const address = { connectionId: session.id, bucket, key };
  const document = await vscode.workspace.openTextDocument(keyUri(address));
  if (documents.editorOf(document.uri.toString())?.dirty) {
    // A text of the user is in it already.
    return;
  }
  // A tab that still shows the text of what was deleted takes up the empty beginning first.
  const { onDidChangeTextDocument: onDidChange } = vscode.workspace;
  await until(() => document.getText() === '', [onDidChange], { timeoutMs: emptyWithinMs });
  await setLanguage(document, await languageOf(address, text));
  if (document.getText() !== text) {
    await replaceText(document, text);
    await vscode.commands.executeCommand('cursorBottom');
  }
}
