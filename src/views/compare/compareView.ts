import * as vscode from 'vscode';
import { viewIds } from '../../extension/contributions';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { FollowedComparison } from '../../kv/compare/followComparison';
import type { Comparison } from '../../kv/compare/comparison';
import { sortedLevel } from '../../kv/keys/sortedLevel';
import { RefreshQueue } from '../buckets/rows/refreshQueue';
import { plainWindow } from '../shown/plainWindow';
import {
  comparedText,
  compareFolderItem,
  compareGroupItem,
  compareKeyItem,
  compareMoreItem,
} from './compareItems';
import {
  shownStates,
  type Compared,
  type ComparedPart,
  type CompareFolderNode,
  type CompareGroupNode,
  type CompareNode,
} from './compareNodes';
import { watchFile } from './watchFile';

/** Rows of a level that are shown at once. */
const pageSize = 500;

/** What is shown, as long as it is. */
interface Shown extends Disposable {
  readonly parts: Compared['parts'];
  readonly comparison: Comparison;
  readonly followed: FollowedComparison;
  isWritten: boolean;
}

/**
 * Owns the Compare view and what it shows, which it follows on both sides; changes only through `show`,
 * `showMore`, `close` and the comparison's events.
 */
export class CompareView implements vscode.TreeDataProvider<CompareNode>, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<undefined>());
  private readonly pages = new Map<string, number>();
  private nodes = new Map<string, CompareNode>();
  private shown: Shown | undefined;
  private readonly queue: RefreshQueue<undefined>;
  private readonly view: vscode.TreeView<CompareNode>;

  readonly onDidChangeTreeData = this.changed.event;

  /** `separators`: the characters that part keys into folders. */
  constructor(private readonly separators: () => string) {
    this.view = this.store.add(
      plainWindow.createTreeView(viewIds.compare, {
        treeDataProvider: this,
        canSelectMany: true,
        showCollapseAll: true,
      }),
    );
    this.queue = this.store.add(new RefreshQueue<undefined>(() => this.refresh()));
    this.queue.setVisible(this.view.visible);
    this.store.add(
      this.view.onDidChangeVisibility(({ visible }) => this.queue.setVisible(visible)),
    );
  }

  get current(): Compared | undefined {
    const { shown } = this;
    return (
      shown && {
        parts: shown.parts,
        comparison: shown.comparison,
        follow: shown.followed.state.current,
        isWritten: shown.isWritten,
      }
    );
  }

  get selection(): readonly CompareNode[] {
    return this.view.selection;
  }

  /** Shows a comparison that has run, and follows it. */
  show(parts: readonly [ComparedPart, ComparedPart], comparison: Comparison): void {
    this.shown?.dispose();
    const store = new DisposableStore();
    store.add(comparison);
    const followed = store.add(new FollowedComparison(comparison));
    store.add(comparison.onDidChange(() => this.queue.add(undefined)));
    store.add(followed.state.onDidChange(() => this.queue.add(undefined)));
    const shown = {
      ...{ parts, comparison, followed, isWritten: false },
      dispose: () => store.dispose(),
    };
    const written = (): void => {
      shown.isWritten = true;
      this.queue.add(undefined);
    };
    parts.forEach((part) => part.kind === 'file' && store.add(watchFile(part, written)));
    this.shown = shown;
    this.pages.clear();
    this.refresh();
  }

  close(): void {
    this.shown?.dispose();
    this.shown = undefined;
    this.refresh();
  }

  showMore(id: string): void {
    const node = this.nodes.get(id);
    if (node?.kind === 'compareMore') {
      this.pages.set(node.level.id, node.shown + pageSize);
      this.changed.fire(undefined);
    }
  }

  /** The keys that a row stands for, without the prefixes of the sides. */
  keysOf(node: CompareNode): readonly string[] {
    const all =
      this.shown && node.kind !== 'compareMore' ? this.shown.comparison.keysIn(node.state) : [];
    switch (node.kind) {
      case 'compareGroup':
        return all;
      case 'compareFolder':
        return all.filter((key) => key.startsWith(node.row.path));
      case 'compareKey':
        return [node.row.path];
      case 'compareMore':
        return [];
    }
  }

  getChildren(node?: CompareNode): CompareNode[] {
    const { shown } = this;
    if (!shown || node?.kind === 'compareKey' || node?.kind === 'compareMore') {
      return [];
    }
    const nodes = node ? this.level(node, shown.comparison) : groupsOf(shown.comparison);
    nodes.forEach((each) => this.nodes.set(each.id, each));
    return nodes;
  }

  getTreeItem(node: CompareNode): vscode.TreeItem {
    const { current } = this;
    if (node.kind === 'compareMore' || !current) {
      return node.kind === 'compareMore' ? compareMoreItem(node) : new vscode.TreeItem(node.id);
    }
    switch (node.kind) {
      case 'compareGroup':
        return compareGroupItem(node, current);
      case 'compareFolder':
        return compareFolderItem(node, current);
      case 'compareKey':
        return compareKeyItem(node, current);
    }
  }

  dispose(): void {
    this.shown?.dispose();
    this.store.dispose();
  }

  private level(node: CompareGroupNode | CompareFolderNode, comparison: Comparison): CompareNode[] {
    const { state } = node;
    const keys = comparison.keysIn(state);
    const path = node.kind === 'compareGroup' ? '' : node.row.path;
    const rows = sortedLevel(keys, rangeOf(keys, path), this.separators());
    const most = this.pages.get(node.id) ?? pageSize;
    const nodes = rows.slice(0, most).map((row): CompareNode => {
      const kind = row.kind === 'folder' ? 'compareFolder' : 'compareKey';
      return { kind, id: `${state}/${row.path}/${row.kind}`, state, row };
    });
    if (rows.length > most) {
      const id = `${node.id}~more`;
      nodes.push({ kind: 'compareMore', id, level: node, shown: most, total: rows.length });
    }
    return nodes;
  }

  private refresh(): void {
    const { current } = this;
    this.view.message = current && comparedText(current);
    this.nodes = new Map();
    this.changed.fire(undefined);
  }
}

function groupsOf(comparison: Comparison): CompareNode[] {
  return shownStates
    .filter((state) => comparison.count(state) > 0)
    .map((state) => ({ kind: 'compareGroup', id: state, state }));
}

/** Where the keys of a folder are by now: the list may have changed since its row was made. */
function rangeOf(keys: readonly string[], path: string) {
  if (path === '') {
    return { path, start: 0, end: keys.length };
  }
  const start = keys.findIndex((key) => key.startsWith(path));
  const last = keys.findLastIndex((key) => key.startsWith(path));
  return { path, start: Math.max(0, start), end: last + 1 };
}
