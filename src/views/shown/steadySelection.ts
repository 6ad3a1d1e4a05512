import type * as vscode from 'vscode';

/** As long as this, in milliseconds, rows may be read again until they count as gone. */
const rereadMs = 2_000;

/**
 * The selection of a tree view, which stays while rows are read again. VS Code's own lacks each row below
 * one that is being read, until the row itself is: a key that is pressed in that moment would be about
 * nothing, or about some of the rows only. That a selected row is gone it tells nobody, so that one counts
 * as selected for a moment only after it was there last. Changes only by what VS Code tells.
 */
class SteadySelection<T> {
  private told: readonly T[];
  /** When each of them was there last. */
  private readonly seen = new Map<unknown, number>();

  constructor(private readonly view: vscode.TreeView<T>) {
    this.told = view.selection;
    view.onDidChangeSelection(({ selection }) => {
      this.told = selection;
      this.seen.clear();
      this.look();
    });
  }

  get rows(): readonly T[] {
    const { selection } = this.view;
    if (selection.length >= this.told.length) {
      // What was told in such a moment lacks rows that are there by now.
      return selection;
    }
    const there = new Map(selection.map((row) => [keyOf(row), row]));
    const since = Date.now() - rereadMs;
    return this.told
      .filter((row) => there.has(keyOf(row)) || (this.seen.get(keyOf(row)) ?? 0) >= since)
      .map((row) => there.get(keyOf(row)) ?? row);
  }

  /** Notes which rows are there, to be called before they are read again. */
  look(): void {
    const now = Date.now();
    this.view.selection.forEach((row) => this.seen.set(keyOf(row), now));
  }
}

/** What a provider tells of its rows. */
export interface SteadyRows<T> extends Pick<vscode.TreeDataProvider<T>, 'onDidChangeTreeData'> {
  /** Whether a row is about something that is still there: a view that is not seen keeps what it has read. */
  isThere?(row: T): boolean;
}

/** Makes a view of a provider whose selection is steady. */
export function withSteadySelection<T>(
  provider: SteadyRows<T>,
  create: () => vscode.TreeView<T>,
): vscode.TreeView<T> {
  const made: { selection?: SteadySelection<T> } = {};
  // Heard before VS Code hears of it, which then forgets the rows.
  provider.onDidChangeTreeData?.(() => made.selection?.look());
  const view = create();
  const selection = (made.selection = new SteadySelection(view));
  return new Proxy(view, {
    get: (target, name) => {
      if (name === 'selection') {
        return selection.rows.filter((row) => provider.isThere?.(row) ?? true);
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}

/** A row that was read again may be another object. */
function keyOf(row: unknown): unknown {
  return (row as { readonly id?: unknown } | undefined)?.id ?? row;
}
