import * as vscode from 'vscode';
import { isSameKey, type KeyAddress } from '../../../kv/model/keyAddress';
import { sameBytes } from '../../../kv/base/bytes';
import { documentIdOf, type DocumentId } from '../address/documentId';
import { keyUri } from '../address/keyUri';
import type { KeyDocuments } from '../model/keyDocuments';
import { inFormOf } from '../model/version';
import { tabNow } from './tabNow';
import { replaceText } from './workspaceEditors';

/**
 * Takes the tabs of a key that was renamed or moved to where its value is now. An unsaved text goes
 * along: it was made of the value that was moved, so it can be saved over that; one that was in conflict
 * before still is.
 */
export class MovedEditors {
  constructor(private readonly documents: KeyDocuments) {}

  async follow(from: KeyAddress, to: KeyAddress): Promise<void> {
    for (const tab of vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs)) {
      const id = keyOf(tab);
      if (id && isSameKey(id.address, from)) {
        await this.move(tab, id, to);
      }
    }
  }

  private async move(tab: vscode.Tab, id: DocumentId, to: KeyAddress): Promise<void> {
    const text = this.documents.editorOf(id.uri);
    const unsaved = text?.dirty ? text.text : undefined;
    const document = this.documents.find(id.uri)?.document;
    if (unsaved !== undefined && document?.isFormLost) {
      // It could only be stored in another form there; here it stays what it is.
      return;
    }
    const base = document?.base;
    const uri = keyUri(to, id.variant);
    const { viewColumn } = tab.group;
    await vscode.commands.executeCommand('vscode.open', uri, {
      viewColumn,
      preview: tab.isPreview,
      preserveFocus: !tab.isActive,
    });
    const target = documentIdOf(uri);
    if (unsaved !== undefined && target) {
      const moved = await this.documents.known(target);
      // A text that was made of another value than the moved one was in conflict, and still is.
      const isOfMoved = base !== undefined && sameBytes(base.value, moved.latest.value);
      this.documents.carry(
        target,
        unsaved,
        isOfMoved || !base ? inFormOf(moved.latest, base) : base,
      );
      await replaceText(await vscode.workspace.openTextDocument(uri), unsaved);
    }
    await close(tab, unsaved !== undefined);
  }
}

/** The text of a tab that is unsaved is in another one by now. */
async function close(tab: vscode.Tab, isUnsaved: boolean): Promise<void> {
  const uri = tab.input instanceof vscode.TabInputText ? tab.input.uri : undefined;
  if (!isUnsaved || !uri) {
    // A preview may have given its place to the new tab by now.
    const left = tabNow(tab);
    await vscode.window.tabGroups.close(left ? [left] : [], true);
    return;
  }
  const { activeTabGroup } = vscode.window.tabGroups;
  const focused = vscode.window.activeTextEditor?.document.uri;
  const { viewColumn } = tab.group;
  await vscode.window.showTextDocument(uri, { viewColumn, preview: false });
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  if (focused && focused.toString() !== uri.toString()) {
    await vscode.window.showTextDocument(focused, { viewColumn: activeTabGroup.viewColumn });
  }
}

function keyOf({ input }: vscode.Tab): DocumentId | undefined {
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom
    ? documentIdOf(input.uri)
    : undefined;
}
