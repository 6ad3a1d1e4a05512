import * as vscode from 'vscode';
import { displayText } from '../../kv/values/displayText';
import { messageOf } from '../../kv/model/errors';
import { warn } from '../report';
import { plainWindow } from '../../views/shown/plainWindow';

/** What can be done about what was just done: a button and what it runs. */
export interface FollowUp {
  readonly label: string;
  readonly run: () => unknown;
}

/**
 * Says quietly that something was done, with a button to undo or to open it. Not waited for: a command
 * has ended whether somebody looks at this or not. What the button runs reports its own failures; what it does not is told here.
 */
export function tellDone(message: string, ...followUps: readonly FollowUp[]): void {
  const labels = followUps.map(({ label }) => label);
  plainWindow
    .showInformationMessage(message, ...labels)
    .then(async (chosen) => {
      await followUps.find(({ label }) => label === chosen)?.run();
    })
    .then(undefined, (error: unknown) => warn(messageOf(error)));
}

/** What an Undo says that comes too late: the message stays while the key goes on. */
export function writtenSince(key: string): string {
  return vscode.l10n.t(
    '{0} was written again since then. Nothing was undone, and it was left as it is.',
    displayText(key),
  );
}

export function undoing(run: () => unknown): FollowUp {
  return { label: vscode.l10n.t('Undo'), run };
}

export function opening(run: () => unknown): FollowUp {
  return { label: vscode.l10n.t('Open'), run };
}
