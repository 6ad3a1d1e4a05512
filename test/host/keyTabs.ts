import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** The URI of a key of the bench's connection. `query`: the way that it is shown in. */
export function uriOf(key: string, query = '', bucket = 'B'): vscode.Uri {
  return vscode.Uri.from({
    scheme: 'natskv',
    authority: 'bench',
    path: `/${bucket}/${key}`,
    query,
  });
}

export async function open(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('vscode.open', uri, { preview: false, override: false });
}

/** The document of a URI as it is now. */
export function documentOf(uri: vscode.Uri): vscode.TextDocument {
  const text = uri.toString();
  const found = vscode.workspace.textDocuments.find((each) => each.uri.toString() === text);
  assert.ok(found, `${text} is not open`);
  return found;
}

/** Puts `value` in the place of the whole text; false where the edit met a reload. */
export async function type(uri: vscode.Uri, value: string): Promise<boolean> {
  const document = documentOf(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, document.validateRange(new vscode.Range(0, 0, 9_999, 0)), value);
  return vscode.workspace.applyEdit(edit);
}

/** Saves as the Save command does; false where that failed. */
export async function save(uri: vscode.Uri): Promise<boolean> {
  return documentOf(uri)
    .save()
    .then(undefined, () => false);
}

/** Gives up what is unsaved of a document, as the Revert command does. */
export async function revert(uri: vscode.Uri): Promise<void> {
  await vscode.window.showTextDocument(documentOf(uri), { preview: false });
  try {
    await vscode.commands.executeCommand('workbench.action.files.revert');
  } catch (error) {
    // Where it cannot be read, VS Code falls over its own handling of that.
    assert.match(String(error), /service accessor is only valid/);
  }
}

/** Reverts what is unsaved and closes all editors, so that no test stops the next one. */
export async function closeAll(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter((each) => each.isDirty)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
