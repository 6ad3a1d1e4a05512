import * as vscode from 'vscode';

/** Has VS Code bring back the panels of a type that were open before, by what is loaded for the first of them. */
export function lazyPanels(
  viewType: string,
  load: () => Promise<vscode.WebviewPanelSerializer>,
): vscode.Disposable {
  return vscode.window.registerWebviewPanelSerializer(viewType, {
    deserializeWebviewPanel: async (panel, kept) =>
      (await load()).deserializeWebviewPanel(panel, kept),
  });
}
