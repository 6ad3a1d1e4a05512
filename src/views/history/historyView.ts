import * as vscode from 'vscode';
import { viewIds } from '../../extension/contributions';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { timeLeft } from '../format/age';
import { AgeTicker } from '../buckets/rows/ageTicker';
import { GivenRows } from '../buckets/rows/givenRows';
import { RefreshQueue } from '../buckets/rows/refreshQueue';
import { RowPace } from '../buckets/rows/rowPace';
import { historyMessageItem, revisionItem } from './historyItems';
import { historyNodes, type HistoryNode } from './historyNodes';
import { KeyHistory, type HistoryTarget } from '../../kv/session/keyHistory';
import { plainWindow } from '../shown/plainWindow';

/**
 * Owns the History view: the revisions of one key, newest first. Changes only through `show` and that
 * key's history; nothing is read while it is out of view.
 */
export class HistoryView implements vscode.TreeDataProvider<HistoryNode>, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<HistoryNode[] | undefined>());
  private readonly queue: RefreshQueue<HistoryNode | undefined>;
  private readonly pace = new RowPace();
  private readonly given = new GivenRows();
  /** The ids of the rows that VS Code was given last. */
  private givenIds: readonly string[] | undefined;
  private readonly ages: AgeTicker<HistoryNode>;
  private target: HistoryTarget | undefined;
  private followed: { history: KeyHistory; subscriptions: DisposableStore } | undefined;
  readonly view: vscode.TreeView<HistoryNode>;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    /** Headers that the rows tell, such as the one that says who wrote a value. */
    private readonly told: () => readonly string[] = () => [],
    private readonly now: () => number = Date.now,
  ) {
    this.queue = this.store.add(new RefreshQueue((nodes) => this.fire(nodes)));
    this.ages = this.store.add(new AgeTicker((node) => this.queue.add(node), now));
    this.view = this.store.add(
      plainWindow.createTreeView(viewIds.history, {
        treeDataProvider: this,
        canSelectMany: true,
      }),
    );
    this.store.add(this.view.onDidChangeVisibility(({ visible }) => this.setVisible(visible)));
    this.setVisible(this.view.visible);
  }

  /** Shows the history of a key, or of none. */
  show(target: HistoryTarget | undefined): void {
    if (isSame(target, this.target)) {
      return;
    }
    this.target = target;
    this.view.description = target?.key ?? '';
    this.unfollow();
    this.follow();
    this.queue.add(undefined);
  }

  /** The key whose history is shown. */
  get shown(): HistoryTarget | undefined {
    return this.target;
  }

  refresh(): void {
    this.followed?.history.reload();
    this.queue.add(undefined);
  }

  getChildren(node?: HistoryNode): HistoryNode[] {
    this.ages.clear();
    const rows = node ? [] : this.rows();
    const ids = new Set(rows.map(({ id }) => id));
    this.givenIds?.filter((id) => !ids.has(id)).forEach((id) => this.given.forget(id));
    this.givenIds = [...ids];
    return rows;
  }

  getTreeItem(node: HistoryNode): vscode.TreeItem {
    this.pace.built();
    return this.given.give(this.itemOf(node));
  }

  getParent(): undefined {
    return undefined;
  }

  dispose(): void {
    this.unfollow();
    this.store.dispose();
  }

  private setVisible(visible: boolean): void {
    this.pace.attended();
    this.ages.setVisible(visible);
    if (visible) {
      this.follow();
    } else {
      this.unfollow();
    }
    this.queue.add(undefined);
    this.queue.setVisible(visible);
  }

  private follow(): void {
    if (!this.target || this.followed || !this.view.visible) {
      return;
    }
    const history = new KeyHistory(this.target);
    const subscriptions = new DisposableStore();
    const refresh = (): void => this.queue.add(undefined, this.pace.patience);
    subscriptions.add(history);
    subscriptions.add(history.state.onDidChange(refresh));
    subscriptions.add(this.target.session.lock.state.onDidChange(refresh));
    this.followed = { history, subscriptions };
  }

  private rows(): HistoryNode[] {
    const { history } = this.followed ?? {};
    return history ? historyNodes(history.target, history.state.current) : [];
  }

  private itemOf(node: HistoryNode): vscode.TreeItem {
    if (node.kind === 'message') {
      return historyMessageItem(node);
    }
    const { info, latest } = node;
    this.ages.show(node, info.created);
    if (info === latest && timeLeft(info, this.now()) !== undefined) {
      this.ages.watch(node);
    }
    return revisionItem(node, this.now(), this.told());
  }

  private fire(nodes: readonly (HistoryNode | undefined)[]): void {
    const rows = nodes.filter((node) => node !== undefined);
    const isWhole = rows.length < nodes.length && this.isNews();
    const news = rows.filter((node) => this.readsOtherwise(node));
    if (isWhole || news.length > 0) {
      this.pace.refreshed();
      this.changed.fire(isWhole ? undefined : news);
    }
  }

  /** Whether VS Code was given other rows than there are: it builds and keeps something for each. */
  private isNews(): boolean {
    const rows = this.rows();
    const isSame = rows.length === this.givenIds?.length;
    return (
      !isSame || rows.some((row, at) => row.id !== this.givenIds?.[at] || this.readsOtherwise(row))
    );
  }

  private readsOtherwise(node: HistoryNode): boolean {
    return this.given.readsOtherwise(this.itemOf(node));
  }

  private unfollow(): void {
    this.followed?.subscriptions.dispose();
    this.followed = undefined;
  }
}

function isSame(a: HistoryTarget | undefined, b: HistoryTarget | undefined): boolean {
  return a?.session === b?.session && a?.bucket === b?.bucket && a?.key === b?.key;
}
