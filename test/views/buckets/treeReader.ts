import {
  TreeItemCollapsibleState,
  window,
  type TreeDataProvider,
  type TreeViewOptions,
} from 'vscode';
import { vi } from 'vitest';
import { FakeTreeView } from '../../support/fakeVscode';

/**
 * Reads a tree as VS Code does: the rows below expanded ones, and again what is told to have changed.
 * Counts the rows that are built for it.
 */
export class TreeReader {
  built = 0;
  private readonly words = new Map<unknown, string>();
  private readonly below = new Map<unknown, unknown[]>();
  private readonly view = new FakeTreeView();
  private provider: TreeDataProvider<unknown> | undefined;

  /** `isOpen`: whether somebody has expanded a row with such a label. */
  constructor(private readonly isOpen: (label: string) => boolean) {}

  /** Stands in for VS Code while views are made. */
  static ofViewsMadeBy(make: () => void, isOpen: (label: string) => boolean): TreeReader {
    const reader = new TreeReader(isOpen);
    const create = vi.spyOn(window, 'createTreeView').mockImplementation((_, options) => {
      reader.follow(options);
      return reader.view as never;
    });
    make();
    create.mockRestore();
    return reader;
  }

  /** The labels and descriptions of all rows that VS Code knows. */
  get rows(): readonly string[] {
    return this.rowsBelow(undefined).map((row) => this.words.get(row) ?? '');
  }

  /** Folds the rows with such a label; VS Code still knows what is below them. */
  fold(label: string): void {
    for (const row of this.rowsBelow(undefined)) {
      if (this.words.get(row)?.split(' | ')[0] === label) {
        this.view.collapsed.fire({ element: row });
      }
    }
  }

  private follow({ treeDataProvider }: TreeViewOptions<unknown>): void {
    this.provider = treeDataProvider;
    treeDataProvider.onDidChangeTreeData?.((changed) => {
      const rows: unknown[] = Array.isArray(changed) ? changed : [changed];
      for (const row of rows) {
        if (row === undefined) {
          void this.readBelow(undefined);
        } else if (this.rowsBelow(undefined).includes(row)) {
          void this.read(row);
        }
      }
    });
    void this.readBelow(undefined);
  }

  private async readBelow(row: unknown): Promise<void> {
    const rows = (await this.provider?.getChildren(row)) ?? [];
    this.below.set(row, rows);
    for (const child of rows) {
      await this.read(child);
    }
  }

  private rowsBelow(row: unknown): unknown[] {
    return (this.below.get(row) ?? []).flatMap((each) => [each, ...this.rowsBelow(each)]);
  }

  private async read(row: unknown): Promise<void> {
    const item = await this.provider?.getTreeItem(row);
    this.built++;
    const label = typeof item?.label === 'string' ? item.label : '';
    this.words.set(row, [label, item?.description].filter(Boolean).join(' | '));
    const isLeaf = item?.collapsibleState === TreeItemCollapsibleState.None;
    if (!isLeaf && this.isOpen(label)) {
      await this.readBelow(row);
    }
  }
}
