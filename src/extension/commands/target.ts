import * as vscode from 'vscode';
import type { ConnectionSession } from '../../kv/connectionSession';
import { isKvError, messageOf } from '../../kv/errors';
import { bucketNameProblem } from '../../kv/key';
import type { Connections } from '../connections/connections';
import type { KeyNode, TreeNode } from '../../views/nodes';
import { sentence } from '../quickSteps';

/** A connection that fits, picked by the user when neither a row nor the settings decide. */
export async function pickSession(
  connections: Connections,
  node: TreeNode | undefined,
  fits: (session: ConnectionSession) => boolean = () => true,
): Promise<ConnectionSession | undefined> {
  if (node && 'session' in node) {
    return node.session;
  }
  const all = connections.all.filter(fits);
  if (all.length <= 1) {
    return all[0];
  }
  const items = all.map((session) => ({
    label: session.name,
    description: session.config.url,
    session,
  }));
  const placeHolder = vscode.l10n.t('Connection');
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.session;
}

/** A bucket of a connection, by the row or picked from what the server has. */
export async function pickBucket(
  connections: Connections,
  node: TreeNode | undefined,
): Promise<{ session: ConnectionSession; bucket: string } | undefined> {
  if (node && 'bucket' in node) {
    return { session: node.session, bucket: node.bucket };
  }
  const session = await pickSession(connections, node);
  if (!session) {
    return undefined;
  }
  const buckets = session.connect().then((connection) => connection.listBuckets());
  const placeHolder = vscode.l10n.t('Bucket on {0}', session.name);
  const names = buckets.then((all) => all.map(({ name }) => name));
  const bucket = await pickName(names, placeHolder);
  return bucket === undefined ? undefined : { session, bucket };
}

/** A bucket's name from the list, or typed by a user who may not list buckets. */
async function pickName(
  names: Promise<string[]>,
  placeHolder: string,
): Promise<string | undefined> {
  try {
    return await vscode.window.showQuickPick(names, { placeHolder });
  } catch (error) {
    if (!isKvError(error, 'denied')) {
      throw error;
    }
    return vscode.window.showInputBox({
      placeHolder,
      prompt: vscode.l10n.t('This user may not list buckets: type the name of one'),
      validateInput: (name) => {
        const problem = bucketNameProblem(name);
        return problem && sentence(problem);
      },
    });
  }
}

/** The rows that a command is about: the selection when the row is part of it, else the row. */
export function chosenKeys(node: KeyNode | undefined, selection: readonly TreeNode[]): KeyNode[] {
  const keys = selection.filter((each): each is KeyNode => each.kind === 'key');
  return node && !keys.some(({ id }) => id === node.id) ? [node] : keys;
}

/** 'Failed to <verb> <target>: <reason>.' in a notification, with what was tried in the log. */
export async function reportFailure(
  log: vscode.LogOutputChannel,
  failed: string,
  error: unknown,
): Promise<void> {
  const message = `${failed}: ${messageOf(error)}.`;
  log.error(message, error);
  const show = vscode.l10n.t('Show Log');
  if ((await vscode.window.showErrorMessage(message, show)) === show) {
    log.show(true);
  }
}
