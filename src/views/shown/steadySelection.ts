import type * as vscode from 'vscode';

/**
 * The view with a selection that stays while rows are read again. VS Code's own lacks each row below
 * one that is being read, until the row itself is: a key that is pressed in that moment would be about
 * nothing, or about some of the rows only.
 */
export function withSteadySelection<T>(view: vscode.TreeView<T>): vscode.TreeView<T> {
  let told: readonly T[] = view.selection;
  view.onDidChangeSelection(({ selection }) => (told = selection));
  return new Proxy(view, {
    get: (target, name) => {
      if (name === 'selection') {
        // What was told in such a moment lacks rows that are there by now.
        const now = target.selection;
        return now.length < told.length ? told : now;
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}
