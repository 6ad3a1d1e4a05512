import * as vscode from 'vscode';

type Rows<T> = Pick<vscode.TreeView<T>, 'selection'>;

/**
 * The rows that a key pressed in a tree is about, as in the Explorer: the selected ones where the row
 * with the focus is among them, else that row alone. VS Code tells extensions the selection only, so
 * that the focus is found by what toggling its selection changes.
 */
export async function focusedRows<T extends { readonly id: string }>(
  tree: Rows<T>,
): Promise<readonly T[]> {
  const before = tree.selection;
  await vscode.commands.executeCommand('list.toggleSelection');
  const after = tree.selection;
  await vscode.commands.executeCommand('list.toggleSelection');
  // A row that was read again meanwhile is another object.
  const ids = new Set(before.map(({ id }) => id));
  const added = after.find(({ id }) => !ids.has(id));
  return added ? [added] : before;
}
