import * as vscode from 'vscode';

/**
 * A tab of a key as it is now, found by what it shows and in which group; undefined once it is closed. VS Code
 * makes other objects of the same tabs whenever it tells of their group as a whole, as 1.103 often does.
 */
export function tabNow(tab: vscode.Tab): vscode.Tab | undefined {
  const uri = uriOf(tab);
  return vscode.window.tabGroups.all
    .filter(({ viewColumn }) => viewColumn === tab.group.viewColumn)
    .flatMap(({ tabs }) => tabs)
    .find((each) => each === tab || (uri !== undefined && uriOf(each) === uri));
}

/** Of an editor of text; the same bytes in another editor are another tab. */
function uriOf({ input }: vscode.Tab): string | undefined {
  if (input instanceof vscode.TabInputText) {
    return input.uri.toString();
  }
  return input instanceof vscode.TabInputCustom
    ? `${input.viewType} ${input.uri.toString()}`
    : undefined;
}
