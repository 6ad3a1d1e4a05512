import type * as vscode from 'vscode';
import {
  DisposableStore,
  type Disposable,
  type Event,
  type Observable,
} from '../../../kv/base/event';
import type { KeyFilter } from '../../../kv/find/keyFilter';
import { startsByItself, type KeyScope } from '../../../kv/keys/indexState';
import type { KeyIndex } from '../../../kv/session/keyIndex';
import { nameOf } from '../../../kv/keys/tree/keyPath';
import type { KeyChange } from '../../../kv/model/watch';
import { FollowedIndexes, patienceWith, type RootNode } from './followedIndexes';
import { bucketMessages, startMessage } from '../rows/messages';
import {
  bucketNode,
  isPin,
  keyNode,
  moreNode,
  parentOf,
  pinNode,
  type BucketNode,
  type FolderNode,
  type KeyNode,
  type TreeNode,
} from '../rows/nodes';
import { watchProblem } from '../rows/treeItems';
import { AgeTicker } from '../rows/ageTicker';
import { ExpirySweep } from './expirySweep';
import { FirstRows } from './firstRows';
import { expiryOf, folderItem, keyFacts, keyItem } from './keyItems';
import { KeyRows, pageSize, pathOf, type KeyLevel } from './keyRows';
import { ListingProgress } from './listingProgress';
import type { Pulses } from '../rows/pulses';
import { rowUri } from '../rows/rowUri';
import type { TreeMemory } from '../rows/treeMemory';
import type { TreeOptions } from '../rows/treeOptions';

interface BucketName {
  readonly connectionId: string;
  readonly bucket: string;
}

/** The filters that buckets' keys are shown by. */
export interface FilterSource {
  get(bucket: BucketName): KeyFilter | undefined;
  readonly onDidChange: Event<BucketName>;
}

export interface KeyBranchesParts {
  readonly options: Observable<TreeOptions>;
  readonly filters: FilterSource | undefined;
  readonly memory: TreeMemory;
  readonly pulses: Pulses;
  readonly uriOf: (node: KeyNode) => vscode.Uri;
  /** The row as VS Code knows it, if it does. */
  readonly known: (node: TreeNode) => TreeNode | undefined;
  /** `within`: how many milliseconds that may wait. */
  readonly refresh: (node: TreeNode, within?: number) => void;
  /** How many milliseconds what follows from others' changes has to wait. */
  readonly patience: () => number | undefined;
}

/**
 * Owns what of the view shows keys: the indexes in use and the rows at and below buckets and pins.
 * Changes only through its methods and what the indexes tell.
 */
export class KeyBranches implements Disposable {
  private readonly store = new DisposableStore();
  private readonly progress = this.store.add(new ListingProgress());
  private readonly ages = this.store.add(
    new AgeTicker<KeyNode>((node) => this.parts.refresh(node)),
  );
  private readonly rows: KeyRows;
  private readonly firstRows = new FirstRows();
  /** What each row's index holds, where that is not the whole bucket. */
  private readonly scopes = new Map<string, KeyScope>();
  private readonly indexes: FollowedIndexes;
  private readonly expiry = this.store.add(new ExpirySweep(() => this.indexes.all));
  private visible = false;

  constructor(private readonly parts: KeyBranchesParts) {
    this.rows = new KeyRows({
      options: () => parts.options.current,
      filterOf: (node) => this.filterOf(node),
    });
    this.indexes = this.store.add(
      new FollowedIndexes({
        refreshRoot: (node, within) => this.refreshRoot(node, within),
        refreshKey: (node, key) => this.refreshKey(node, key),
        patience: parts.patience,
        keysChanged: (node, changes, facts) => this.pulse(node, changes, facts),
      }),
    );
  }

  reload(): void {
    this.indexes.all.forEach((index) => index.reload());
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.ages.setVisible(visible);
    this.expiry.setVisible(visible);
    if (!visible) {
      this.indexes.all.forEach((index) => index.levels.close());
    }
  }

  forget(id: string): void {
    this.indexes.forget(id);
    this.rows.forget(id);
    this.progress.set(id, false);
  }

  /** The index of a bucket or a pin that was opened, that of its present filter, as it is. */
  opened(node: RootNode): KeyIndex | undefined {
    return this.indexes.get(node.id) && this.rows.indexAsItIs(node);
  }

  /** Whether the index of an open bucket has a key, in the way that it is filtered now. */
  has(node: KeyNode): boolean {
    const { session, bucket } = node;
    return this.opened(bucketNode(session, bucket))?.get(node.key) !== undefined;
  }

  filterOf(node: RootNode): KeyFilter | undefined {
    const { session, bucket } = node;
    if (node.kind !== 'bucket' && node.pin !== undefined) {
      return undefined;
    }
    return this.parts.filters?.get({ connectionId: session.id, bucket });
  }

  /** Tokens for menus: of a level that is too large to be shown as a whole. */
  marksOf(node: BucketNode | FolderNode): string[] {
    const total = this.indexes.get(this.rootOf(node).id)?.levels.total(pathOf(node)) ?? 0;
    return total > pageSize ? ['paged'] : [];
  }

  children(node: BucketNode | FolderNode): TreeNode[] | Promise<TreeNode[]> {
    const isRoot = node.kind === 'bucket' || isPin(node);
    const index = isRoot ? this.open(node) : this.rows.index(node);
    if (!index) {
      return isRoot ? bucketMessages(node, undefined, 0) : [];
    }
    const wait = isRoot ? this.firstRows.of(index) : undefined;
    return wait ? wait.then(() => this.rowsBelow(node, index)) : this.rowsBelow(node, index);
  }

  private rowsBelow(
    node: BucketNode | FolderNode,
    index: KeyIndex,
  ): TreeNode[] | Promise<TreeNode[]> {
    const isRoot = node.kind === 'bucket' || isPin(node);
    const level = this.rows.level(node, index);
    const toRows = (found: KeyLevel): TreeNode[] => this.rowsOf(node, index, found, isRoot);
    return level instanceof Promise ? level.then(toRows) : toRows(level);
  }

  folderItem(node: FolderNode): vscode.TreeItem {
    const index = isPin(node) ? this.indexes.get(node.id) : this.rows.index(node);
    const state = isPin(node) ? index && watchProblem(index.watch.state.current) : undefined;
    return folderItem(node, {
      count: index?.count(node.prefix),
      deleted: index?.levels.countDeleted(node.prefix) ?? 0,
      separators: index?.levels.separators ?? this.parts.options.current,
      isExpanded: this.parts.memory.isExpanded(node.id),
      state,
      marks: this.marksOf(node),
    });
  }

  keyItem(node: KeyNode): vscode.TreeItem {
    const index = this.indexOf(node);
    const info = index?.last(node.key);
    const { flat } = this.parts.options.current;
    const separators = index?.levels.separators ?? this.parts.options.current;
    return keyItem(node, {
      info,
      isMissing: !info && isPin(node) && index?.state.current.kind === 'ready',
      label: flat || isPin(node) ? node.key : nameOf(node.key, separators) || node.key,
      age: index && info && this.ages.show(node, info.created, expiryOf(info, index)),
      pulse: this.parts.pulses.wordsOf(rowUri(node)),
      uri: this.parts.uriOf(node),
    });
  }

  /** What is known of a key without asking the server. */
  keyTooltip(node: KeyNode): vscode.MarkdownString | string {
    const index = this.indexOf(node);
    const info = index?.last(node.key);
    return index && info
      ? keyFacts(info, this.ages.show(node, info.created, expiryOf(info, index)))
      : node.key;
  }

  parent(node: TreeNode): TreeNode | undefined {
    const isKey = node.kind === 'folder' || node.kind === 'key';
    const index = isKey ? this.rows.index(node) : undefined;
    return parentOf(node, index && this.rows.shapeOf(index));
  }

  loadMore(level: BucketNode | FolderNode): void {
    this.rows.showMore(level);
    this.parts.refresh(level);
  }

  startAt(level: BucketNode | FolderNode, letters: string): void {
    this.rows.startAt(level, letters);
    this.parts.refresh(level);
  }

  /** Makes sure that a key is on the page of its level that is in view, and so are the folders above. */
  async bringIntoView(node: KeyNode): Promise<void> {
    const index = this.rows.index(node);
    const levels: (BucketNode | FolderNode)[] = [];
    for (let above = this.parent(node); above; above = this.parent(above)) {
      if (above.kind === 'bucket' || above.kind === 'folder') {
        levels.unshift(above);
      }
    }
    if (index) {
      await this.rows.bringIntoView(node, index, levels);
    }
  }

  collapsed(node: FolderNode): void {
    this.rows.index(node)?.levels.close(node.prefix);
  }

  /** Keys that are no longer in view need no refreshing. */
  dropped(node: TreeNode): void {
    if (node.kind === 'key') {
      this.ages.forget(node);
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  private open(node: RootNode): KeyIndex | undefined {
    this.changeScope(node);
    const index = this.rows.index(node);
    this.indexes.follow(node, index);
    const isLinked = node.session.state.current.kind === 'connected';
    if (index && startsByItself(index.state.current, isLinked)) {
      index.open();
    }
    return index;
  }

  /** Ends the index of a filter that was changed or cleared. */
  private changeScope(node: RootNode): void {
    const scope = this.rows.scopeOf(node);
    const before = this.scopes.get(node.id);
    if (before && before.id !== scope?.id) {
      this.indexes.forget(node.id);
      node.session.dropScope(node.bucket, before);
    }
    if (scope) {
      this.scopes.set(node.id, scope);
    } else {
      this.scopes.delete(node.id);
    }
  }

  private rowsOf(
    node: BucketNode | FolderNode,
    index: KeyIndex,
    { rows, page, shown }: KeyLevel,
    isRoot: boolean,
  ): TreeNode[] {
    const state = index.state.current;
    const filter = this.filterOf(node)?.text;
    const messages = isRoot ? bucketMessages(node, state, rows.length, filter) : [];
    const start = shown.from === undefined ? [] : [startMessage(node, shown.from)];
    const more = page.hasMore ? [moreNode(node, page.total, page.rows.length)] : [];
    if (!page.isComplete) {
      this.parts.refresh(node, this.patienceWith(index));
    }
    return [...messages, ...start, ...rows, ...more];
  }

  private patienceWith({ state }: KeyIndex): number | undefined {
    return patienceWith(state.current, this.parts.patience());
  }

  private rootOf(node: BucketNode | FolderNode | KeyNode): RootNode {
    const { session, bucket } = node;
    const isBelowPin = node.kind !== 'bucket' && node.pin !== undefined;
    return isBelowPin
      ? (pinNode(session, { bucket, filter: node.pin }) as RootNode)
      : bucketNode(session, bucket);
  }

  private refreshRoot(node: RootNode, within?: number): void {
    const index = this.indexes.get(node.id);
    this.progress.set(node.id, index?.state.current.kind === 'listing');
    const isOnItsWay = index !== undefined && this.firstRows.isAwaited(index);
    this.parts.refresh(node, within ?? (isOnItsWay ? this.patienceWith(index) : undefined));
  }

  private indexOf(node: KeyNode): KeyIndex | undefined {
    return isPin(node) ? this.open(node) : this.rows.index(node);
  }

  private refreshKey(root: RootNode, key: string): void {
    const shown = this.parts.known(this.keyBelow(root, key));
    if (shown) {
      this.parts.refresh(shown, this.parts.patience());
    }
  }

  private keyBelow(root: RootNode, key: string): KeyNode {
    const { session, bucket } = root;
    return keyNode(session, bucket, key, root.kind === 'bucket' ? undefined : root.pin);
  }

  private pulse(root: RootNode, changes: readonly KeyChange[], facts: readonly string[]): void {
    const { pulses } = this.parts;
    if (!this.visible || pulses.isFull) {
      return;
    }
    const known = new Set(facts);
    for (const { key, operation } of changes) {
      const kind = operation !== 'PUT' ? 'deleted' : known.has(key) ? 'changed' : 'added';
      const row = this.keyBelow(root, key);
      pulses.mark(rowUri(row), kind, () => this.refreshKey(root, key));
    }
  }
}
