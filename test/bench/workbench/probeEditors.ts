import * as vscode from 'vscode';

/** Shows documents in text editors that stay, in a column of their own. */
export async function openEditors(uris: readonly string[]): Promise<void> {
  for (const uri of uris) {
    await vscode.window.showTextDocument(vscode.Uri.parse(uri, true), {
      preview: false,
      viewColumn: vscode.ViewColumn.Two,
    });
  }
}

/** The texts of those of these documents that are open, by their URIs. */
export function textsOf(uris: readonly string[]): Record<string, string> {
  const open = vscode.workspace.textDocuments.map(
    (document) => [document.uri.toString(), document.getText()] as const,
  );
  const names = new Map(uris.map((uri) => [vscode.Uri.parse(uri, true).toString(), uri]));
  return Object.fromEntries(
    open.flatMap(([name, text]) => {
      const uri = names.get(name);
      return uri === undefined ? [] : [[uri, text]];
    }),
  );
}
