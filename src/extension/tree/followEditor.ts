import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import type { Background } from '../../kv/base/background';
import type { Connections } from '../../kv/session/connections';
import type { BucketsView } from '../../views/buckets/bucketsView';
import { keyNode } from '../../views/buckets/rows/nodes';
import { settingIds } from '../contributions';
import { parseKeyUri } from '../documents/address/keyUri';

/**
 * Selects the key of the active editor in the tree, as the Explorer does, while the tree is in view
 * and its bucket is open there: nothing is listed for it.
 */
export function followEditor(
  connections: Connections,
  buckets: BucketsView,
  inBackground: Background,
): Disposable {
  const store = new DisposableStore();
  const follow = (): void =>
    inBackground('reveal the key of the editor', revealActive(connections, buckets));
  store.add(vscode.window.onDidChangeActiveTextEditor(follow));
  store.add(buckets.view.onDidChangeVisibility(follow));
  return store;
}

async function revealActive(connections: Connections, buckets: BucketsView): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const address = uri && parseKeyUri(uri);
  const session = address && connections.get(address.connectionId);
  const isWanted = vscode.workspace.getConfiguration().get(settingIds.treeAutoReveal, true);
  if (!session || !isWanted || !buckets.view.visible) {
    return;
  }
  const node = keyNode(session, address.bucket, address.key);
  // A row that was clicked stays the selected one, below a pin too.
  const isSelected = buckets.view.selection.some(
    (row) => row.kind === 'key' && row.key === node.key && row.bucket === node.bucket,
  );
  if (!isSelected && buckets.isShown(node)) {
    await buckets.reveal(node);
  }
}
