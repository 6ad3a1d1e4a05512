import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import * as vscode from 'vscode';
import type { EntryPlace } from '../../connections/connectionSettings';
import { settingIds } from '../../contributions';

/** Opens the settings that an entry stands in, with the entry selected. */
export async function openEntry({ scope, index }: EntryPlace): Promise<void> {
  await vscode.commands.executeCommand(
    scope === 'user'
      ? 'workbench.action.openSettingsJson'
      : 'workbench.action.openWorkspaceSettingsFile',
  );
  const editor = vscode.window.activeTextEditor;
  const range = editor && rangeOfEntry(editor.document.getText(), index);
  if (editor && range) {
    const [start, end] = range.map((offset) => editor.document.positionAt(offset));
    if (start && end) {
      editor.selection = new vscode.Selection(start, end);
      editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }
}

/** Where an entry stands in a settings file: start and end as offsets; undefined when it does not. */
export function rangeOfEntry(
  text: string,
  index: number | undefined,
): readonly [start: number, end: number] | undefined {
  const root = parseTree(text, undefined, { allowTrailingComma: true });
  if (!root) {
    return undefined;
  }
  const list =
    findNodeAtLocation(root, [settingIds.connections]) ??
    findNodeAtLocation(root, ['settings', settingIds.connections]);
  const node = index === undefined ? list : list?.children?.[index];
  return node && [node.offset, node.offset + node.length];
}
