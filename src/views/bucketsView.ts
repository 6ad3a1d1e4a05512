import * as vscode from 'vscode';
import { viewIds } from '../extension/contributions';
import type { ConnectionSession } from '../kv/connectionSession';
import { DisposableStore, type Disposable, type Event } from '../kv/event';
import type { KeyIndex } from '../kv/keyIndex';
import { FollowedIndexes } from './followedIndexes';
import { bucketMessages, connectionMessages } from './messages';
import {
  bucketNode,
  connectionNode,
  folderNode,
  keyNode,
  parentOf,
  type BucketNode,
  type ConnectionNode,
  type FolderNode,
  type KeyNode,
  type MoreNode,
  type TreeNode,
} from './nodes';
import { RefreshQueue } from './refreshQueue';
import {
  bucketItem,
  bucketTooltip,
  connectionItem,
  folderItem,
  keyItem,
  messageItem,
  moreItem,
} from './treeItems';

/** The connections to show, in their order. */
export interface SessionList {
  readonly all: readonly ConnectionSession[];
  readonly onDidChange: Event<void>;
}

/** Rows of one level that are shown at first and added by each Load More. */
const pageSize = 500;

/**
 * Owns the Buckets view: connections, their buckets, and the keys as folders by token. Changes only
 * through the sessions' events and Load More.
 */
export class BucketsView implements vscode.TreeDataProvider<TreeNode>, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(
    new vscode.EventEmitter<TreeNode | TreeNode[] | undefined>(),
  );
  private readonly queue: RefreshQueue<TreeNode | undefined>;
  private readonly followed = new Map<ConnectionSession, DisposableStore>();
  private readonly indexes = this.store.add(
    new FollowedIndexes({
      refreshBucket: (node) => this.queue.add(node),
      refreshKey: (node, key) => this.refreshKey(node, key),
    }),
  );
  /** The one object of each row that VS Code was given: events must name the very same. */
  private readonly nodes = new Map<string, TreeNode>();
  /** How many rows of a level are shown, where it is more than a page. */
  private readonly shownRows = new Map<string, number>();
  readonly view: vscode.TreeView<TreeNode>;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly sessions: SessionList,
    private readonly uriOf: (node: KeyNode) => vscode.Uri,
  ) {
    this.queue = this.store.add(new RefreshQueue((nodes) => this.fire(nodes)));
    this.view = this.store.add(
      vscode.window.createTreeView(viewIds.buckets, {
        treeDataProvider: this,
        canSelectMany: true,
        showCollapseAll: true,
      }),
    );
    this.queue.setVisible(this.view.visible);
    this.store.add(
      this.view.onDidChangeVisibility(({ visible }) => this.queue.setVisible(visible)),
    );
    this.store.add(sessions.onDidChange(() => this.sessionsChanged()));
    this.sessionsChanged();
  }

  /** Reads everything again: buckets, and the keys of the buckets that were opened. */
  refresh(): void {
    this.indexes.all.forEach((index) => index.reload());
    for (const session of this.sessions.all) {
      if (session.buckets.current.kind !== 'idle') {
        void session.loadBuckets();
      }
    }
    this.queue.add(undefined);
  }

  loadMore(node: MoreNode): void {
    this.shownRows.set(node.level.id, node.next);
    this.queue.add(node.level);
  }

  /** Shows and selects a row; nothing happens when it is not in the tree (yet). */
  async reveal(node: BucketNode | KeyNode): Promise<void> {
    await this.view.reveal(this.intern(node), { select: true, focus: false });
  }

  getChildren(node?: TreeNode): TreeNode[] {
    switch (node?.kind) {
      case undefined:
        return this.sessions.all.map((session) => this.intern(connectionNode(session)));
      case 'connection':
        return this.buckets(node);
      case 'bucket':
        return this.topKeys(node);
      case 'folder':
        return this.level(node, node.session.index(node.bucket), node.prefix);
      case 'key':
      case 'more':
      case 'message':
        return [];
    }
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    switch (node.kind) {
      case 'connection':
        return connectionItem(node, this.sessions.all.length === 1);
      case 'bucket':
        return bucketItem(node, this.statusOf(node), this.indexes.get(node.id));
      case 'folder': {
        const count = node.session.index(node.bucket)?.count(node.prefix) ?? 0;
        return folderItem(node, count);
      }
      case 'key':
        return keyItem(node, node.session.index(node.bucket), this.uriOf(node));
      case 'more':
        return moreItem(node, node.next - pageSize, pageSize);
      case 'message':
        return messageItem(node);
    }
  }

  /** A bucket's tooltip is read from the server when it is asked for. */
  async resolveTreeItem(item: vscode.TreeItem, node: TreeNode): Promise<vscode.TreeItem> {
    if (node.kind === 'bucket') {
      const known = this.statusOf(node);
      const fresh = await node.session
        .connect()
        .then((connection) => connection.bucketStatus(node.bucket))
        .catch(() => known);
      if (fresh) {
        item.tooltip = bucketTooltip(fresh, this.indexes.get(node.id));
      }
    }
    return item;
  }

  getParent(node: TreeNode): TreeNode | undefined {
    const parent = parentOf(node);
    return parent && this.intern(parent);
  }

  dispose(): void {
    this.followed.forEach((subscriptions) => subscriptions.dispose());
    this.store.dispose();
  }

  private buckets(node: ConnectionNode): TreeNode[] {
    const { session } = node;
    if (session.buckets.current.kind === 'idle') {
      void session.loadBuckets();
    }
    const messages = connectionMessages(node);
    if (messages || session.buckets.current.kind !== 'loaded') {
      return messages ?? [];
    }
    return session.buckets.current.buckets.map(({ name }) =>
      this.intern(bucketNode(session, name)),
    );
  }

  private topKeys(node: BucketNode): TreeNode[] {
    const index = node.session.index(node.bucket);
    this.indexes.follow(node, index);
    index?.open();
    const rows = index ? this.level(node, index, '') : [];
    return [...bucketMessages(node, index?.state.current, rows.length), ...rows];
  }

  private level(
    node: BucketNode | FolderNode,
    index: KeyIndex | undefined,
    prefix: string,
  ): TreeNode[] {
    const children = index?.children(prefix) ?? [];
    const limit = this.shownRows.get(node.id) ?? pageSize;
    const rows = children
      .slice(0, limit)
      .map((child): TreeNode =>
        this.intern(
          child.kind === 'folder'
            ? folderNode(node.session, node.bucket, child.prefix)
            : keyNode(node.session, node.bucket, child.info.key),
        ),
      );
    if (children.length > limit) {
      const total = children.length;
      const id = `${node.id}/more`;
      rows.push({ kind: 'more', id, level: node, total, next: limit + pageSize });
    }
    return rows;
  }

  private statusOf({ session, bucket }: BucketNode) {
    const { current } = session.buckets;
    return current.kind === 'loaded'
      ? current.buckets.find(({ name }) => name === bucket)
      : undefined;
  }

  private refreshKey(node: BucketNode, key: string): void {
    const shown = this.nodes.get(keyNode(node.session, node.bucket, key).id);
    if (shown) {
      this.queue.add(shown);
    }
  }

  private sessionsChanged(): void {
    for (const [session, subscriptions] of this.followed) {
      if (!this.sessions.all.includes(session)) {
        subscriptions.dispose();
        this.followed.delete(session);
        this.forget(session);
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
    const node = this.intern(connectionNode(session));
    const subscriptions = new DisposableStore();
    const refresh = (): void => this.queue.add(node);
    subscriptions.add(session.state.onDidChange(refresh));
    subscriptions.add(session.buckets.onDidChange(refresh));
    subscriptions.add(session.onDidReplaceLink(refresh));
    return subscriptions;
  }

  private forget(session: ConnectionSession): void {
    for (const [id, node] of this.nodes) {
      if ('session' in node && node.session === session) {
        this.nodes.delete(id);
        this.indexes.forget(id);
        this.shownRows.delete(id);
      }
    }
  }

  private intern<T extends TreeNode>(node: T): T {
    const known = this.nodes.get(node.id);
    if (known) {
      return known as T;
    }
    this.nodes.set(node.id, node);
    return node;
  }

  private fire(nodes: readonly (TreeNode | undefined)[]): void {
    const rows = nodes.filter((node) => node !== undefined);
    this.changed.fire(rows.length < nodes.length ? undefined : rows);
  }
}
