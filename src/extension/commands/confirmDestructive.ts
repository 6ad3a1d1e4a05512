import * as vscode from 'vscode';
import { isProduction } from '../../kv/model/connectionConfig';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import { plainWindow } from '../../views/shown/plainWindow';
import { formatCount } from '../../views/format/format';
import { connectionNode } from '../../views/buckets/rows/nodes';
import { commandIds } from '../contributions';
import { environmentTitle } from './environmentTitle';

/** Something that destroys values, before it is done. */
export interface Destruction {
  readonly session: ConnectionSession;
  readonly bucket: string;
  /** A question that names what is destroyed and where. */
  readonly question: string;
  /** What can not be undone. */
  readonly detail: string;
  /** The verb on the button. */
  readonly action: string;
  /** Asks for the bucket's name to be typed outside of production too. */
  readonly typed?: boolean;
}

/**
 * Whether the user wants it: by a button, and in production by typing the bucket's name. The label
 * of the connection's environment is part of the question. Nothing is asked where nothing can be
 * written, but told, with the way to unlock it.
 */
export async function confirmDestructive(what: Destruction): Promise<boolean> {
  const { session, action, detail, typed = false } = what;
  if (await refusesWrites(session)) {
    return false;
  }
  const question = environmentTitle(session.config, what.question);
  if (typed || isProduction(session.config)) {
    return confirmByName(what.bucket, question, detail);
  }
  const options = { modal: true, detail };
  return (await plainWindow.showWarningMessage(question, options, action)) === action;
}

/** Whether several keys shall be written there; asked in production only. */
export async function confirmInProduction(
  { session, bucket }: Pick<Destruction, 'session' | 'bucket'>,
  count: number,
  action: string,
): Promise<boolean> {
  if (!isProduction(session.config) || count < 2) {
    return true;
  }
  const keys = vscode.l10n.t('{0} keys', formatCount(count));
  const plain = vscode.l10n.t('{0} {1} in {2} on {3}?', action, keys, bucket, session.name);
  const question = environmentTitle(session.config, plain);
  return (await plainWindow.showWarningMessage(question, { modal: true }, action)) === action;
}

/** Whether nothing can be written there, which is told, with the way to unlock it. */
export async function refusesWrites(session: ConnectionSession): Promise<boolean> {
  const isLocked = session.lock.state.current.kind === 'locked';
  if (isLocked) {
    await tellLocked(session);
  }
  return isLocked;
}

async function tellLocked(session: ConnectionSession): Promise<void> {
  const unlock = vscode.l10n.t('Unlock Writes');
  const message = vscode.l10n.t('{0} is read-only: nothing there can be changed.', session.name);
  if ((await plainWindow.showWarningMessage(message, unlock)) === unlock) {
    await vscode.commands.executeCommand(commandIds.connectionUnlock, connectionNode(session));
  }
}

async function confirmByName(bucket: string, question: string, detail: string): Promise<boolean> {
  const typed = await plainWindow.showInputBox({
    title: question,
    prompt: vscode.l10n.t('{0} Type {1} to confirm.', detail, bucket),
    placeHolder: bucket,
    ignoreFocusOut: true,
    validateInput: (text) =>
      text === '' || text === bucket
        ? undefined
        : { message: vscode.l10n.t('Type {0} to confirm.', bucket), severity: 3 },
  });
  return typed === bucket;
}
