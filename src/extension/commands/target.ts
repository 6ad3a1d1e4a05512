import * as vscode from 'vscode';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import { isKvError, messageOf } from '../../kv/model/errors';
import { bucketNameProblem } from '../../kv/model/key';
import type { Connections } from '../../kv/session/connections';
import type { KeyNode, TreeNode } from '../../views/buckets/rows/nodes';
import { isProduction } from '../../kv/model/connectionConfig';
import { environmentLabel, placeIcon } from '../../views/buckets/rows/productionMark';
import { commandIds } from '../contributions';
import { environmentTitle } from './environmentTitle';
import { sentence } from './quickSteps';
import { plainWindow } from '../../views/shown/plainWindow';

/** A connection that fits, picked by the user when neither a row nor the settings decide. */
export async function pickSession(
  connections: Connections,
  node: TreeNode | undefined,
  fits: (session: ConnectionSession) => boolean = () => true,
  first?: ConnectionSession,
): Promise<ConnectionSession | undefined> {
  if (node && 'session' in node) {
    return node.session;
  }
  const all = putFirst(connections.all.filter(fits), first);
  if (all.length <= 1) {
    return all[0];
  }
  const items = all.map((session) => ({
    label: session.name,
    iconPath: placeIcon(isProduction(session.config) ? 'warning' : 'server', session.config),
    description: [environmentLabel(session.config), session.config.url]
      .filter((part) => part)
      .join(' · '),
    session,
  }));
  const placeHolder = vscode.l10n.t('Connection');
  return (await plainWindow.showQuickPick(items, { placeHolder }))?.session;
}

/**
 * A bucket of a connection, by the row or picked from what the server has. That of `near`, what the
 * user turned to last, comes first, and so does its connection.
 */
export async function pickBucket(
  connections: Connections,
  node: TreeNode | undefined,
  near?: KeyNode,
): Promise<{ session: ConnectionSession; bucket: string } | undefined> {
  if (node && 'bucket' in node) {
    return { session: node.session, bucket: node.bucket };
  }
  const session = await pickSession(connections, node, undefined, near?.session);
  if (!session) {
    return undefined;
  }
  const first = near?.session === session ? near.bucket : undefined;
  const names = bucketsOf(session).then((all) => putFirst(all, first));
  const bucket = await pickName(session, names);
  return bucket === undefined ? undefined : { session, bucket };
}

/** A list with one of its items at its beginning; as it is where that is not in it. */
function putFirst<T>(items: readonly T[], first: T | undefined): readonly T[] {
  return first !== undefined && items.includes(first)
    ? [first, ...items.filter((item) => item !== first)]
    : items;
}

/** The bucket of a row, or one or several that are picked from what the server has. */
export async function pickBuckets(
  connections: Connections,
  node: TreeNode | undefined,
): Promise<{ session: ConnectionSession; buckets: readonly string[] } | undefined> {
  if (node && 'bucket' in node) {
    return { session: node.session, buckets: [node.bucket] };
  }
  const session = await pickSession(connections, node);
  if (!session) {
    return undefined;
  }
  const names = bucketsOf(session);
  // No bucket can have such a name.
  const several = vscode.l10n.t('Several Buckets…');
  const choices = names.then((all) => (all.length > 1 ? [several, ...all] : all));
  const chosen = await pickName(session, choices);
  if (chosen === undefined) {
    return undefined;
  }
  const buckets = chosen === several ? await pickNames(session, names) : [chosen];
  return buckets && buckets.length > 0 ? { session, buckets } : undefined;
}

async function bucketsOf(session: ConnectionSession): Promise<string[]> {
  const buckets = await (await session.connect()).listBuckets();
  return buckets.map(({ name }) => name);
}

/** A bucket's name from the list, or typed by a user who may not list buckets. */
async function pickName(
  session: ConnectionSession,
  names: Promise<readonly string[]>,
): Promise<string | undefined> {
  const placeHolder = vscode.l10n.t('Bucket on {0}', session.name);
  const title = environmentTitle(session.config, placeHolder);
  try {
    return await plainWindow.showQuickPick(names, { title, placeHolder });
  } catch (error) {
    if (!isKvError(error, 'denied')) {
      throw error;
    }
    return plainWindow.showInputBox({
      title,
      placeHolder,
      prompt: vscode.l10n.t('This user may not list buckets: type the name of one'),
      validateInput: (name) => {
        const problem = bucketNameProblem(name);
        return problem && sentence(problem);
      },
    });
  }
}

/** All of them are picked at first. */
async function pickNames(
  session: ConnectionSession,
  names: Promise<string[]>,
): Promise<string[] | undefined> {
  const items = names.then((all) => all.map((label) => ({ label, picked: true })));
  const placeHolder = vscode.l10n.t('Buckets on {0}', session.name);
  const title = environmentTitle(session.config, placeHolder);
  const options = { title, placeHolder, canPickMany: true } as const;
  const chosen = await plainWindow.showQuickPick(items, options);
  return chosen?.map(({ label }) => label);
}

/** The rows that a command is about: the selection when the row is part of it, else the row. */
export function chosenKeys(node: KeyNode | undefined, selection: readonly TreeNode[]): KeyNode[] {
  const keys = selection.filter((each): each is KeyNode => each.kind === 'key');
  return node && !keys.some(({ id }) => id === node.id) ? [node] : keys;
}

/** Whether an error may be a fault of ours: what servers refuse and users ask for has its own words. */
function isOurs(error: unknown): boolean {
  return (
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError
  );
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
  const issue = vscode.l10n.t('Report Issue…');
  const buttons = isOurs(error) ? [show, issue] : [show];
  const chosen = await plainWindow.showErrorMessage(message, ...buttons);
  if (chosen === show) {
    log.show(true);
  } else if (chosen === issue) {
    await vscode.commands.executeCommand(commandIds.issueReport);
  }
}
