import * as vscode from 'vscode';
import type { Background } from '../../kv/base/background';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { sameLineEnds } from '../../kv/values/textForm';
import type { Connections } from '../../kv/session/connections';
import { manyKeysScheme } from '../contributions';
import { findDocument } from '../documents/editors/workspaceEditors';
import type { ManyKeysDocuments } from './manyKeysDocuments';
import { nameOf, type ManyKeysFiles } from './manyKeysFiles';
import { isServerSide, manyKeysAddress } from './manyKeysUri';

/**
 * Keeps documents of keys true while they are open: one without unsaved text shows what the server has, one
 * with unsaved text is told of what changed.
 */
export function followManyKeys(
  connections: Connections,
  documents: ManyKeysDocuments,
  files: ManyKeysFiles,
  inBackground: Background,
): Disposable {
  const { workspace } = vscode;
  const store = new DisposableStore();
  /** Restored with the window, or open since before the extension was started. */
  const takeUp = (document: vscode.TextDocument): void => {
    const { uri, isDirty } = document;
    const address = manyKeysAddress(uri);
    const known = documents.find(uri.toString());
    if (!address || isServerSide(uri) || !connections.get(address.connectionId)) {
      return;
    }
    const name = nameOf(uri);
    if (isDirty && !(known?.edited.isUnsaved && known.base)) {
      inBackground(`restore ${name.name}`, documents.restore(name, document.getText()));
    } else if (!known) {
      files.refresh(uri);
    }
  };
  store.add(workspace.onDidOpenTextDocument(takeUp));
  store.add(connections.onDidChange(() => workspace.textDocuments.forEach(takeUp)));
  store.add(
    workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.scheme === manyKeysScheme && !isServerSide(document.uri)) {
        documents.editorHas(nameOf(document.uri), document.getText(), document.isDirty);
      }
    }),
  );
  store.add(
    documents.onDidChange((uri) => {
      const document = findDocument(uri);
      const text = documents.find(uri)?.serverText;
      const isBehind = text !== undefined && sameLineEnds(document?.getText() ?? '') !== text;
      if (document && !document.isDirty && isBehind) {
        files.refresh(document.uri);
      }
    }),
  );
  store.add(
    workspace.onDidCloseTextDocument(({ uri }) => {
      // A text that gets another language is closed and opened in one turn.
      queueMicrotask(() => {
        if (uri.scheme === manyKeysScheme && !findDocument(uri.toString())) {
          documents.close(uri.toString());
        }
      });
    }),
  );
  workspace.textDocuments.forEach(takeUp);
  return store;
}
