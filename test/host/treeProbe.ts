import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';

/** A row as VS Code was given it. */
export interface ShownRow {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly contextValue: string;
  readonly spoken: string;
}

type Provider = vscode.TreeDataProvider<unknown>;

interface RecordedView {
  readonly provider: Provider;
  readonly view: vscode.TreeView<unknown>;
}

/** Every test file is a bundle of its own, and so is the one that records. */
const shared = globalThis as { natsKvTreeViews?: Map<string, RecordedView> };
const views = (shared.natsKvTreeViews ??= new Map<string, RecordedView>());

/**
 * Notes each tree view that the extension makes, to be called before the extension is activated: the
 * API tells nobody what a tree shows.
 */
export function recordTreeViews(): void {
  const { window } = vscode;
  const create = window.createTreeView.bind(window);
  const recording = <T>(id: string, options: vscode.TreeViewOptions<T>): vscode.TreeView<T> => {
    const view = create(id, options);
    const provider = options.treeDataProvider as Provider;
    views.set(id, { provider, view });
    return view;
  };
  Object.assign(window, { createTreeView: recording });
}

/** The Buckets view as a user sees and uses it: rows are found by their labels, top down. */
export class TreeProbe {
  /** Ids of the rows that VS Code has asked the children of, since `forgetReads`. */
  private readonly read = new Set<string>();

  private constructor(private readonly recorded: RecordedView) {
    const { provider } = recorded;
    const getChildren = provider.getChildren.bind(provider);
    provider.getChildren = (element?: unknown) => {
      this.read.add(idOf(element));
      return getChildren(element);
    };
  }

  private static made: TreeProbe | undefined;

  /** Opens the container and gives its Buckets view. */
  static async open(): Promise<TreeProbe> {
    await vscode.commands.executeCommand('natsKv.buckets.focus');
    const recorded = await eventually(() => views.get('natsKv.buckets') ?? false);
    await eventually(() => recorded.view.visible);
    return (this.made ??= new TreeProbe(recorded));
  }

  private get view(): vscode.TreeView<unknown> {
    return this.recorded.view;
  }

  /**
   * The ids of the selected rows, in VS Code's order, which are none while the rows are read again. Rows
   * themselves are not for comparing: one holds on to its bucket and its connection, and an assertion
   * that fails would print all of it.
   */
  selected(): string[] {
    return this.view.selection.map(idOf);
  }

  /** Whatever VS Code reads from now on it reads because it shows it. */
  forgetReads(): void {
    this.read.clear();
  }

  /** Whether VS Code has read what is below a row, as it does for expanded rows only. */
  hasRead(row: unknown): boolean {
    return this.read.has(idOf(row));
  }

  /** The row at a path of labels, as soon as it is there. */
  async row(...path: string[]): Promise<unknown> {
    return eventually(async () => {
      let row: unknown;
      for (const label of path) {
        const rows = await this.below(row);
        const found = await this.first(rows, ({ label: each }) => each === label);
        assert.ok(found, `${label} is among ${(await this.items(rows)).map(text).join(', ')}`);
        row = found;
      }
      return row;
    });
  }

  /** What stands below the row at a path, a line each: label, description. */
  async lines(...path: string[]): Promise<string[]> {
    const row = path.length === 0 ? undefined : await this.row(...path);
    return (await this.items(await this.below(row))).map(text);
  }

  async labels(...path: string[]): Promise<string[]> {
    const row = path.length === 0 ? undefined : await this.row(...path);
    return (await this.items(await this.below(row))).map(({ label }) => label);
  }

  async item(row: unknown): Promise<ShownRow> {
    const item = await this.recorded.provider.getTreeItem(row);
    const label = typeof item.label === 'string' ? item.label : (item.label?.label ?? '');
    return {
      id: item.id ?? '',
      label,
      description: typeof item.description === 'string' ? item.description : '',
      contextValue: item.contextValue ?? '',
      spoken: item.accessibilityInformation?.label ?? '',
    };
  }

  /** Runs what a click on a row runs. */
  async click(row: unknown): Promise<void> {
    const { command } = await this.recorded.provider.getTreeItem(row);
    assert.ok(command);
    await vscode.commands.executeCommand(
      command.command,
      ...((command.arguments ?? []) as unknown[]),
    );
  }

  /** Expands the row at a path, as a click on its arrow does. */
  async expand(...path: string[]): Promise<unknown> {
    const row = await this.row(...path);
    await eventually(async () => {
      await this.view.reveal(row, { expand: true, select: false, focus: false });
      assert.ok(this.hasRead(row));
    });
    return row;
  }

  async select(...path: string[]): Promise<unknown> {
    const row = await this.row(...path);
    await eventually(async () => {
      await this.view.reveal(row, { select: true, focus: false });
      assert.deepEqual(this.selected(), [idOf(row)]);
    });
    return row;
  }

  private async below(row: unknown): Promise<unknown[]> {
    const asked = this.read.has(idOf(row));
    const rows = (await this.recorded.provider.getChildren(row)) ?? [];
    // This was not VS Code's doing.
    if (!asked) {
      this.read.delete(idOf(row));
    }
    return rows;
  }

  private items(rows: readonly unknown[]): Promise<ShownRow[]> {
    return Promise.all(rows.map((row) => this.item(row)));
  }

  private async first(
    rows: readonly unknown[],
    fits: (item: ShownRow) => boolean,
  ): Promise<unknown> {
    const items = await this.items(rows);
    return rows[items.findIndex(fits)];
  }
}

function text({ label, description }: ShownRow): string {
  return description === '' ? label : `${label} | ${description}`;
}

function idOf(row: unknown): string {
  return (row as { readonly id?: string } | undefined)?.id ?? '';
}
