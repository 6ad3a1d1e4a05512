import { afterEach, describe, expect, it, vi } from 'vitest';
import { commands } from 'vscode';
import { focusedRows } from '../../../../src/extension/commands/tree/focusedRows';
import type { TreeNode } from '../../../../src/views/buckets/rows/nodes';

afterEach(() => vi.restoreAllMocks());

const row = (id: string): TreeNode => ({ kind: 'message', id, label: id, icon: 'info' });
const [a, b, c] = [row('a'), row('b'), row('c')];

/** A tree as VS Code has it: its command toggles the row with the focus. */
function tree(focus: TreeNode, selection: TreeNode[]): { selection: TreeNode[] } {
  const view = { selection };
  vi.spyOn(commands, 'executeCommand').mockImplementation(((id: string) => {
    if (id === 'list.toggleSelection') {
      view.selection = view.selection.includes(focus)
        ? view.selection.filter((each) => each !== focus)
        : [...view.selection, focus];
    }
    return Promise.resolve(undefined);
  }) as never);
  return view;
}

describe('the rows that a pressed key is about', () => {
  it.each([
    ['the row with the focus, though nothing is selected', a, [], [a]],
    ['the row with the focus, and not those selected elsewhere', a, [b, c], [a]],
    ['all selected rows where the focus is on one of them', b, [b, c], [b, c]],
  ])('are %s', async (_, focus, selection, expected) => {
    const view = tree(focus, selection);

    expect(await focusedRows(view)).toEqual(expected);
    expect(view.selection.toSorted((x, y) => x.id.localeCompare(y.id))).toEqual(selection);
  });
});
