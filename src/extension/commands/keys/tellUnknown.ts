import * as vscode from 'vscode';
import { plainWindow } from '../../../views/shown/plainWindow';

/** How long the status bar says that something is not known, in milliseconds. */
const shownMs = 30_000;

/** Tells in the status bar that the outcome of a write is not known, while it is found out. */
export function tellUnknown(key: string): (reason: string) => void {
  return (reason) => {
    const message = vscode.l10n.t(
      '{0}: it is not known yet whether it was written ({1}); finding out…',
      key,
      reason,
    );
    plainWindow.setStatusBarMessage(message, shownMs);
  };
}
