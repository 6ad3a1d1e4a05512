import * as vscode from 'vscode';
import { viewIds } from '../../extension/contributions';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { RefreshQueue } from '../buckets/rows/refreshQueue';
import { findBucketItem, findKeyItem, findMatchItem } from './findItems';
import type { FindNode } from './findNodes';
import type { FindResults } from './findResults';
import { formatCount } from '../format/format';
import { UnreadRows } from './unreadRows';
import { plainWindow } from '../shown/plainWindow';

/** Owns the Find Results view: what was found, by bucket and key. Changes only through the results' events. */
export class FindResultsView implements vscode.TreeDataProvider<FindNode>, Disposable {
  private readonly store = new DisposableStore();
  private told: { readonly message: string | undefined; readonly matches: number } = {
    message: undefined,
    matches: 0,
  };
  private readonly changed = this.store.add(new vscode.EventEmitter<undefined>());
  private readonly unread: UnreadRows;
  readonly view: vscode.TreeView<FindNode>;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly results: FindResults,
    dragAndDropController: vscode.TreeDragAndDropController<FindNode>,
  ) {
    const queue = this.store.add(new RefreshQueue<undefined>(() => this.changed.fire(undefined)));
    this.view = this.store.add(
      plainWindow.createTreeView(viewIds.findResults, {
        treeDataProvider: this,
        canSelectMany: true,
        showCollapseAll: true,
        dragAndDropController,
      }),
    );
    this.unread = this.store.add(new UnreadRows(() => queue.add(undefined)));
    this.store.add(
      this.view.onDidCollapseElement(({ element: { id } }) => this.unread.setClosed(id, true)),
    );
    this.store.add(
      this.view.onDidExpandElement(({ element: { id } }) => this.unread.setClosed(id, false)),
    );
    queue.setVisible(this.view.visible);
    this.store.add(this.view.onDidChangeVisibility(({ visible }) => queue.setVisible(visible)));
    this.store.add(
      results.onDidChange(() => {
        queue.add(undefined);
        this.showMessage();
      }),
    );
  }

  /**
   * The line above the rows: what was looked for and how the search ended. How many matches are left
   * follows when some have been replaced or dismissed since.
   */
  tell(message: string | undefined): void {
    this.told = { message, matches: this.results.matchCount };
    this.showMessage();
  }

  getChildren(node?: FindNode): FindNode[] {
    if (node) {
      this.unread.read(node.id);
    }
    return [...this.results.children(node)];
  }

  getTreeItem(node: FindNode): vscode.TreeItem {
    if (node.kind !== 'findMatch') {
      this.unread.taken(node.id);
    }
    switch (node.kind) {
      case 'findBucket':
        return findBucketItem(node, this.results.children(node).length);
      case 'findKey':
        return findKeyItem(node, this.results.children(node).length);
      case 'findMatch':
        return findMatchItem(node);
    }
  }

  getParent(node: FindNode): FindNode | undefined {
    return node.kind === 'findBucket' ? undefined : node.parent;
  }

  private showMessage(): void {
    const { message, matches } = this.told;
    const left = this.results.matchCount;
    const isLess = message !== undefined && left < matches;
    this.view.message = isLess
      ? vscode.l10n.t('{0} · {1} left', message, formatCount(left))
      : message;
  }

  dispose(): void {
    this.store.dispose();
  }
}
