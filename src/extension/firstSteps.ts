import * as vscode from 'vscode';

const shownKey = 'firstSteps.shown';

/**
 * Shows the walkthrough once, when the extension is first used. VS Code shows it by itself at the install,
 * but only to who has had its Welcome page open in that window (`WalkthroughsService` is made when it is
 * first asked for, VS Code 1.139). Who wants neither is asked nothing.
 */
export async function showFirstSteps({
  globalState,
  extension,
}: Pick<vscode.ExtensionContext, 'globalState' | 'extension'>): Promise<void> {
  if (globalState.get(shownKey) === true) {
    return;
  }
  await globalState.update(shownKey, true);
  if (isWanted()) {
    const { commands } = vscode;
    const walkthrough = `${extension.id}#firstSteps`;
    await commands.executeCommand('workbench.action.openWalkthrough', walkthrough, false);
    // A key that is opened would take its place.
    await commands.executeCommand('workbench.action.keepEditor');
  }
}

function isWanted(): boolean {
  const settings = vscode.workspace.getConfiguration('workbench');
  return (
    settings.get('startupEditor') !== 'none' &&
    settings.get('welcomePage.walkthroughs.openOnInstall') !== false
  );
}
