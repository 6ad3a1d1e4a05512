import * as vscode from 'vscode';
import { viewIds } from '../../extension/contributions';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import {
  DisposableStore,
  Emitter,
  ObservableValue,
  type Disposable,
  type Event,
  type Observable,
} from '../../kv/base/event';
import { connectionItem, groupItem } from './rows/connectionItem';
import {
  connectionNode,
  type BucketNode,
  type ConnectionNode,
  type FolderNode,
  type KeyNode,
  type MoreNode,
  type TreeNode,
} from './rows/nodes';
import { RefreshQueue } from './rows/refreshQueue';
import { revealRow } from './rows/revealRow';
import { BucketLevels, pageSize as bucketsPerPage } from './bucketLevels';
import { bucketNames, connectionRows } from './connectionRows';
import { FreshLists } from './freshLists';
import { KeyBranches, type FilterSource } from './keys/keyBranches';
import { pageSize } from './keys/keyRows';
import { topRows, type NoticeSource } from './rows/notices';
import { Pins } from './rows/pins';
import { Pulses } from './rows/pulses';
import { GivenRows } from './rows/givenRows';
import { RowPace } from './rows/rowPace';
import { RowRegister } from './rows/rowRegister';
import { readKeyTooltip, readTooltip, statusOf } from './rows/readTooltip';
import { TreeMemory, type Memory } from './rows/treeMemory';
import { defaultOptions, type TreeOptions } from './rows/treeOptions';
import { bucketItem, messageItem, moreItem } from './rows/treeItems';
import { plainWindow } from '../shown/plainWindow';
import type { Background } from '../../kv/base/background';

/** The connections to show, in their order. */
export interface SessionList {
  readonly all: readonly ConnectionSession[];
  readonly onDidChange: Event<void>;
}

export interface BucketsViewParts {
  /** The address of a key's document. */
  readonly uriOf: (node: KeyNode) => vscode.Uri;
  readonly options?: Observable<TreeOptions>;
  readonly filters?: FilterSource;
  readonly pins?: Pins;
  readonly notices?: NoticeSource;
  readonly inBackground: Background;
  /** Keeps which rows are open over restarts. */
  readonly memory?: Memory;
  readonly dragAndDrop?: vscode.TreeDragAndDropController<TreeNode>;
}

/**
 * Owns the Buckets view: connections, their buckets and pins, and the keys below these. Changes only
 * through the sessions' events, the settings and its own methods.
 */
export class BucketsView implements vscode.TreeDataProvider<TreeNode>, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(
    new vscode.EventEmitter<TreeNode | TreeNode[] | undefined>(),
  );
  /** VS Code has been given the rows of a level. */
  private readonly read = this.store.add(new Emitter<void>());
  private readonly queue: RefreshQueue<TreeNode | undefined>;
  private readonly followed = new Map<ConnectionSession, DisposableStore>();
  private readonly memory: TreeMemory;
  private readonly pins: Pins;
  private readonly notices: NoticeSource | undefined;
  private readonly rows: RowRegister;
  private readonly given = new GivenRows();
  private readonly pace = new RowPace();
  private readonly keys: KeyBranches;
  private readonly levels = new BucketLevels();
  readonly view: vscode.TreeView<TreeNode>;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly sessions: SessionList,
    private readonly parts: BucketsViewParts,
  ) {
    const { uriOf, filters, dragAndDrop } = parts;
    const options = parts.options ?? new ObservableValue(defaultOptions);
    this.memory = new TreeMemory(parts.memory, parts.inBackground);
    this.pins = parts.pins ?? this.store.add(new Pins(undefined));
    this.notices = parts.notices;
    this.queue = this.store.add(new RefreshQueue((nodes) => this.fire(nodes)));
    this.rows = new RowRegister(this.memory, (node) => this.dropped(node));
    this.keys = this.store.add(
      new KeyBranches({
        options,
        filters,
        memory: this.memory,
        pulses: this.store.add(new Pulses()),
        uriOf,
        known: (node) => this.rows.known(node),
        refresh: (node, within) => this.queue.add(this.rows.intern(node), within),
        patience: () => this.pace.patience,
      }),
    );
    this.view = this.store.add(
      plainWindow.createTreeView(viewIds.buckets, {
        treeDataProvider: this,
        canSelectMany: true,
        showCollapseAll: true,
        ...(dragAndDrop && { dragAndDropController: dragAndDrop }),
      }),
    );
    this.followView();
    this.store.add(options.onDidChange(() => this.queue.add(undefined)));
    for (const source of [this.pins, filters, this.notices].filter((each) => each !== undefined)) {
      this.store.add(source.onDidChange(() => this.queue.add(undefined)));
    }
    this.store.add(sessions.onDidChange(() => this.sessionsChanged()));
    this.sessionsChanged();
  }

  /** Whether a row is about a connection that there is. */
  isThere(row: TreeNode): boolean {
    return !('session' in row) || this.sessions.all.includes(row.session);
  }

  /** Reads everything again: buckets, and the keys of the buckets that were opened. */
  refresh(): void {
    this.keys.reload();
    for (const session of this.sessions.all) {
      if (session.buckets.current.kind !== 'idle') {
        this.parts.inBackground('read the buckets', session.loadBuckets());
      }
    }
    this.queue.add(undefined);
  }

  loadMore(node: MoreNode): void {
    const { level } = node;
    if (level.kind === 'connection') {
      this.levels.showMore(level);
      this.queue.add(this.rows.intern(level));
    } else {
      this.keys.loadMore(level);
    }
  }

  /** Has a level begin with the first row that these letters lead to; none for its first row. */
  startAt(level: ConnectionNode | BucketNode | FolderNode, letters: string): void {
    if (level.kind === 'connection') {
      this.levels.startAt(level, letters);
      this.queue.add(this.rows.intern(level));
    } else {
      this.keys.startAt(level, letters);
    }
  }

  /** The text that the buckets of a connection are shown by; empty for all of them. */
  bucketFilter(level: ConnectionNode): string {
    return this.levels.textOf(level);
  }

  /** Shows the buckets of a connection whose name has this text in it; all when it is empty. */
  filterBuckets(level: ConnectionNode, text: string): void {
    this.levels.filter(level, text);
    this.queue.add(this.rows.intern(level));
  }

  /** Shows and selects a row as soon as it is in the tree; false when it does not come up there. */
  async reveal(node: BucketNode | KeyNode): Promise<boolean> {
    const { session, bucket } = node;
    const connection = connectionNode(session);
    if (this.levels.bringIntoView(connection, bucketNames(session), bucket)) {
      this.queue.add(this.rows.intern(connection));
    }
    if (node.kind === 'key') {
      await this.keys.bringIntoView(node);
    }
    return revealRow(this.view, this.rows.intern(node), this.read.event);
  }

  /** Whether the tree can show a key without listing anything: its bucket is open and has it. */
  isShown(node: KeyNode): boolean {
    return this.keys.has(node);
  }

  /** Opens a row, without selecting it; nothing happens while it is not in the tree. */
  async open(node: ConnectionNode | BucketNode): Promise<void> {
    const row = this.rows.known(node);
    if (row) {
      await this.view.reveal(row, { select: false, focus: false, expand: true });
    }
  }

  getChildren(node?: TreeNode): TreeNode[] | Promise<TreeNode[]> {
    switch (node?.kind) {
      case undefined:
        return this.rows.take(undefined, topRows(this.sessions.all, this.notices));
      case 'group':
        return this.rows.take(node, this.inFolder(node.folder).map(connectionNode));
      case 'connection':
        return this.rows.take(node, this.connectionRows(node));
      case 'bucket':
      case 'folder': {
        const children = this.keys.children(node);
        return children instanceof Promise
          ? children.then((found) => this.takeKeys(node, found))
          : this.takeKeys(node, children);
      }
      case 'key':
      case 'more':
      case 'message':
        return [];
    }
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    this.pace.built();
    return this.given.give(this.itemOf(node));
  }

  private itemOf(node: TreeNode): vscode.TreeItem {
    switch (node.kind) {
      case 'group':
        return groupItem(node, this.inFolder(node.folder).length);
      case 'connection':
        return this.opened(
          node,
          connectionItem(node, this.sessions.all.length === 1, this.levels.marksOf(node)),
        );
      case 'bucket':
        return this.bucketItem(node);
      case 'folder':
        return this.keys.folderItem(node);
      case 'key':
        return this.keys.keyItem(node);
      case 'more':
        return moreItem(node, node.level.kind === 'connection' ? bucketsPerPage : pageSize);
      case 'message':
        return messageItem(node);
    }
  }

  /** Tooltips are read when they are asked for. */
  async resolveTreeItem(item: vscode.TreeItem, node: TreeNode): Promise<vscode.TreeItem> {
    this.pace.attended();
    if (node.kind === 'key') {
      item.tooltip = await readKeyTooltip(node, this.keys.keyTooltip(node));
      return item;
    }
    const index = node.kind === 'bucket' ? this.keys.opened(node) : undefined;
    item.tooltip = (await readTooltip(node, index)) ?? item.tooltip;
    return item;
  }

  getParent(node: TreeNode): TreeNode | undefined {
    const parent = this.keys.parent(node);
    return parent && this.rows.intern(parent);
  }

  dispose(): void {
    this.followed.forEach((subscriptions) => subscriptions.dispose());
    this.store.dispose();
  }

  private connectionRows(node: ConnectionNode): TreeNode[] {
    const { pins, levels } = this;
    return connectionRows(node, { pins, levels, inBackground: this.parts.inBackground });
  }

  private bucketItem(node: BucketNode): vscode.TreeItem {
    const isPinned = this.pins.has(node.session.id, { bucket: node.bucket });
    return bucketItem(node, {
      status: statusOf(node),
      index: this.keys.opened(node),
      filter: this.keys.filterOf(node)?.text,
      marks: [...this.keys.marksOf(node), ...(isPinned ? ['pinned'] : [])],
      isExpanded: this.memory.isExpanded(node.id),
    });
  }

  private opened(node: TreeNode, item: vscode.TreeItem): vscode.TreeItem {
    if (this.memory.isExpanded(node.id)) {
      item.collapsibleState = vscode.TreeItemCollapsibleState.Expanded;
    }
    return item;
  }

  private followView(): void {
    const freshLists = this.store.add(new FreshLists(this.sessions, this.parts.inBackground));
    const setVisible = (visible: boolean): void => {
      this.pace.attended();
      freshLists.setVisible(visible);
      this.queue.setVisible(visible);
      this.keys.setVisible(visible);
    };
    setVisible(this.view.visible);
    this.store.add(this.view.onDidChangeVisibility(({ visible }) => setVisible(visible)));
    this.store.add(
      this.view.onDidExpandElement(({ element }) => {
        this.pace.attended();
        this.memory.expand(element.id);
        if (this.given.unfold(element.id)) {
          this.queue.add(element);
        }
      }),
    );
    this.store.add(
      this.view.onDidCollapseElement(({ element }) => {
        this.memory.collapse(element.id);
        this.given.fold(element.id);
        if (element.kind === 'folder') {
          this.keys.collapsed(element);
        }
      }),
    );
    this.store.add(
      this.view.onDidChangeSelection(({ selection }) => {
        this.pace.attended();
        if (selection.length > 0) {
          this.memory.select(selection[0]?.id);
        }
      }),
    );
  }

  private takeKeys(node: BucketNode | FolderNode, children: readonly TreeNode[]): TreeNode[] {
    const rows = this.rows.take(node, children);
    const wanted = this.memory.toSelect;
    const found = rows.find(({ id }) => id === wanted);
    if (found && this.view.visible) {
      this.memory.select(found.id);
      // VS Code has yet to be given the row.
      setTimeout(() => {
        const revealed = revealRow(this.view, found, this.read.event);
        this.parts.inBackground('select the row of before', revealed);
      }, 0);
    }
    // Nobody may ask for a row before VS Code has it.
    queueMicrotask(() => this.read.fire());
    return rows;
  }

  private inFolder(folder: string): ConnectionSession[] {
    return this.sessions.all.filter(({ config }) => config.folder === folder);
  }

  private sessionsChanged(): void {
    for (const [session, subscriptions] of this.followed) {
      if (!this.sessions.all.includes(session)) {
        subscriptions.dispose();
        this.followed.delete(session);
        this.rows.forget(session).forEach((id) => this.keys.forget(id));
      }
    }
    for (const session of this.sessions.all) {
      if (!this.followed.has(session)) {
        this.followed.set(session, this.followSession(session));
      }
    }
    this.queue.add(undefined);
  }

  private followSession(session: ConnectionSession): DisposableStore {
    const node = this.rows.intern(connectionNode(session));
    const subscriptions = new DisposableStore();
    const refresh = (): void => this.queue.add(node);
    subscriptions.add(session.state.onDidChange(refresh));
    subscriptions.add(session.buckets.onDidChange(refresh));
    subscriptions.add(session.onDidReplaceLink(refresh));
    subscriptions.add(session.lock.state.onDidChange(refresh));
    return subscriptions;
  }

  private dropped(node: TreeNode): void {
    this.given.forget(node.id);
    this.keys.dropped(node);
  }

  private fire(nodes: readonly (TreeNode | undefined)[]): void {
    const rows = nodes.filter((node) => node !== undefined);
    const news = rows.filter((node) => node.kind !== 'key' || this.isNews(node));
    const isWhole = rows.length < nodes.length;
    if (isWhole || news.length > 0) {
      this.pace.refreshed();
      this.changed.fire(isWhole ? undefined : news);
    }
  }

  private isNews(node: KeyNode): boolean {
    const isInSight = this.given.isInSight(() => this.idsAbove(node));
    return isInSight && this.given.readsOtherwise(this.itemOf(node));
  }

  private *idsAbove(node: TreeNode): Generator<string> {
    for (let above = this.keys.parent(node); above; above = this.keys.parent(above)) {
      yield above.id;
    }
  }
}
