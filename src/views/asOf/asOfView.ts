import * as vscode from 'vscode';
import { viewIds } from '../../extension/contributions';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { sortedLevel, type SortedRow } from '../../kv/keys/sortedLevel';
import { environmentLabel } from '../buckets/rows/productionMark';
import { formatCount, keysText } from '../format/format';
import { plainWindow } from '../shown/plainWindow';
import { asOfFolderItem, asOfKeyItem, asOfMoreItem, momentText } from './asOfItems';
import type { AsOfFolderNode, AsOfNode, AsOfShown } from './asOfNodes';

/** Rows of a level that are shown at once. */
const pageSize = 500;

/**
 * Owns the As Of view: the keys of a bucket as they were at a moment, read once. Changes only through
 * `show`, `showMore` and `close`.
 */
export class AsOfView implements vscode.TreeDataProvider<AsOfNode>, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<AsOfNode | undefined>());
  private readonly pages = new Map<string, number>();
  private nodes = new Map<string, AsOfNode>();
  private open: AsOfShown | undefined;
  private readonly view: vscode.TreeView<AsOfNode>;

  readonly onDidChangeTreeData = this.changed.event;

  /** `separators`: the characters that part keys into folders. */
  constructor(private readonly separators: () => string) {
    this.view = this.store.add(
      plainWindow.createTreeView(viewIds.asOf, { treeDataProvider: this, showCollapseAll: true }),
    );
  }

  get current(): AsOfShown | undefined {
    return this.open;
  }

  get selection(): readonly AsOfNode[] {
    return this.view.selection;
  }

  show(shown: AsOfShown): void {
    this.open = shown;
    this.view.description = `${shown.bucket} · ${momentText(shown.moment)}`;
    this.view.message = messageOf(shown);
    this.refresh();
  }

  close(): void {
    this.open = undefined;
    this.refresh();
  }

  showMore(id: string): void {
    const node = this.nodes.get(id);
    if (node?.kind === 'asOfMore') {
      this.pages.set(node.level?.id ?? '', node.shown + pageSize);
      this.changed.fire(node.level);
    }
  }

  getChildren(node?: AsOfNode): AsOfNode[] {
    const { open } = this;
    if (!open || (node && node.kind !== 'asOfFolder')) {
      return [];
    }
    const level = node?.row ?? { path: open.prefix, start: 0, end: open.keys.keys.length };
    const rows = sortedLevel(open.keys.keys, level, this.separators());
    const most = this.pages.get(node?.id ?? '') ?? pageSize;
    const nodes: AsOfNode[] = rows.slice(0, most).map(toNode);
    if (rows.length > most) {
      const id = `${node?.id ?? ''}~more`;
      nodes.push({ kind: 'asOfMore', id, level: node, shown: most, total: rows.length });
    }
    nodes.forEach((each) => this.nodes.set(each.id, each));
    return nodes;
  }

  getTreeItem(node: AsOfNode): vscode.TreeItem {
    switch (node.kind) {
      case 'asOfFolder':
        return asOfFolderItem(node);
      case 'asOfMore':
        return asOfMoreItem(node);
      case 'asOfKey': {
        const found = this.open?.keys.rowOf(node.row.path);
        return found ? asOfKeyItem(node, found, Date.now()) : new vscode.TreeItem(node.row.name);
      }
    }
  }

  getParent(node: AsOfNode): AsOfFolderNode | undefined {
    return node.kind === 'asOfMore' ? node.level : undefined;
  }

  dispose(): void {
    this.store.dispose();
  }

  private refresh(): void {
    this.pages.clear();
    this.nodes = new Map();
    this.changed.fire(undefined);
  }
}

function toNode(row: SortedRow): AsOfNode {
  return row.kind === 'folder'
    ? { kind: 'asOfFolder', id: `${row.path}~folder`, row }
    : { kind: 'asOfKey', id: `${row.path}~key`, row };
}

/** What was read, and what is not known: above the rows. */
function messageOf({ session, bucket, prefix, moment, keys }: AsOfShown): string {
  const { t } = vscode.l10n;
  const label = environmentLabel(session.config);
  const name = [`${bucket}${prefix === '' ? '' : ` › ${prefix}`}`, session.name, label]
    .filter((part) => part !== undefined)
    .join(' · ');
  const found =
    keys.keys.length === 0 ? t('no value was there') : t('{0} with a value', keysText(keys.values));
  const counts = t('{0} as of {1}: {2}.', name, momentText(moment), found);
  return keys.unknown === 0
    ? counts
    : `${counts} ${t('{0} not known: the history holds no revision of then.', formatCount(keys.unknown))}`;
}
