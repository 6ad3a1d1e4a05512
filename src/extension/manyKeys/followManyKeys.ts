import * as vscode from 'vscode';
import type { Background } from '../../kv/base/background';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import type { Connections } from '../../kv/session/connections';
import { sameLineEnds } from '../../kv/values/textForm';
import { manyKeysScheme, settingIds } from '../contributions';
import { findDocument } from '../documents/editors/workspaceEditors';
import type { ManyKeysDocuments } from './manyKeysDocuments';
import { nameOf, type ManyKeysFiles } from './manyKeysFiles';
import { isServerSide, manyKeysAddress, ownSideOf } from './manyKeysUri';

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
    workspace.onDidChangeTextDocument(({ document, reason }) => {
      if (document.uri.scheme === manyKeysScheme && !isServerSide(document.uri)) {
        const name = nameOf(document.uri);
        documents.editorHas(name, document.getText(), document.isDirty, reason !== undefined);
      }
    }),
  );
  store.add(
    documents.onDidChange((uri) => {
      const document = findDocument(uri);
      const open = documents.find(uri);
      const isBehind = sameLineEnds(document?.getText() ?? '') !== open?.serverText;
      if (document && open?.latest && !document.isDirty && isBehind) {
        files.refresh(document.uri);
      }
    }),
  );
  store.add(documents.onDidLook((uri) => files.refreshSide(vscode.Uri.parse(uri, true))));
  store.add(
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingIds.manyKeysLayout)) {
        workspace.textDocuments
          .filter(({ uri, isDirty }) => manyKeysAddress(uri) && !isDirty)
          .forEach(({ uri }) => files.refresh(uri));
      }
    }),
  );
  store.add(
    workspace.onDidCloseTextDocument(({ uri }) => {
      // A text that gets another language is closed and opened in one turn.
      queueMicrotask(() => {
        const own = ownSideOf(uri).toString();
        const isShown = findDocument(uri.toString()) ?? findDocument(own);
        if (uri.scheme === manyKeysScheme && !isShown) {
          documents.close(own);
        }
      });
    }),
  );
  workspace.textDocuments.forEach(takeUp);
  return store;
}
