import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import type { BucketsView } from '../../views/buckets/bucketsView';
import type { HistoryView } from '../../views/history/historyView';
import type { HistoryTarget } from '../../kv/session/keyHistory';
import type { Connections } from '../../kv/session/connections';
import { parseKeyUri } from '../documents/address/keyUri';
import { parseRevisionUri } from '../documents/address/revisionUri';

/**
 * Has the History view show the key that was turned to last: by its editor, by one of its revisions,
 * or by its row in the tree. Other editors leave it as it is.
 */
export function followActiveKey(
  connections: Connections,
  buckets: BucketsView,
  history: HistoryView,
): Disposable {
  const store = new DisposableStore();
  const byEditor = (editor: vscode.TextEditor | undefined): void => {
    const target = editor && targetOf(connections, editor.document.uri);
    if (target) {
      history.show(target);
    }
  };
  store.add(vscode.window.onDidChangeActiveTextEditor(byEditor));
  store.add(
    buckets.view.onDidChangeSelection(({ selection }) => {
      const [row] = selection;
      if (row?.kind === 'key' && selection.length === 1) {
        history.show({ session: row.session, bucket: row.bucket, key: row.key });
      }
    }),
  );
  store.add(
    connections.onDidChange(() => {
      const { shown } = history;
      if (shown && !connections.all.includes(shown.session)) {
        const session = connections.get(shown.session.id);
        history.show(session && { ...shown, session });
      } else if (!shown) {
        byEditor(vscode.window.activeTextEditor);
      }
    }),
  );
  byEditor(vscode.window.activeTextEditor);
  return store;
}

/** The key that a document is of, itself or one of its revisions. */
export function targetOf(connections: Connections, uri: vscode.Uri): HistoryTarget | undefined {
  const address = parseKeyUri(uri) ?? parseRevisionUri(uri);
  const session = address && connections.get(address.connectionId);
  return session && { session, bucket: address.bucket, key: address.key };
}
