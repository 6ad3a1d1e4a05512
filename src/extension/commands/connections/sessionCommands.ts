import * as vscode from 'vscode';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { connectionNode, type ConnectionNode } from '../../../views/buckets/rows/nodes';
import { isAnswering, labelsOf, linkProblem } from '../../../views/buckets/rows/connectionItem';
import type { ConnectionSecrets } from '../../connections/connectionSecrets';
import type { Connections } from '../../../kv/session/connections';
import type { AskForSecret } from '../../connections/credentialSource';
import { commandIds, keyScheme, revisionScheme, settingIds } from '../../contributions';
import type { ConnectionTester } from '../../connections/connectionTester';
import type { CommandsOf } from '../register';
import { pickSession } from '../target';
import { activeUri } from '../../../views/status/activeUri';
import { plainWindow } from '../../../views/shown/plainWindow';

export interface SessionCommandParts {
  readonly connections: Connections;
  readonly secrets: ConnectionSecrets;
  readonly tester: ConnectionTester;
  readonly ask: AskForSecret;
}

/** Commands on the link of a connection, its secrets and its write lock. */
export function sessionCommands(parts: SessionCommandParts): CommandsOf<'sessions'> {
  const { connections, secrets, tester } = parts;
  const on = (
    use: (session: ConnectionSession) => unknown,
    fits?: (session: ConnectionSession) => boolean,
    nearest: () => ConnectionSession | undefined = () => undefined,
  ) => {
    return async (node?: ConnectionNode): Promise<void> => {
      const near = node ? undefined : nearest();
      const session =
        near && fits?.(near) ? near : await pickSession(connections, node ?? undefined, fits);
      await (session && use(session));
    };
  };
  return {
    [commandIds.connectionReconnect]: on((session) => session.reconnectNow()),
    [commandIds.connectionDisconnect]: on((session) => session.disconnect(), isInUse),
    [commandIds.connectionTest]: on(({ config }) => tester.tell(config)),
    [commandIds.connectionChangeSecret]: on((session) => changeSecret(parts, session), hasLogin),
    [commandIds.connectionForgetSecrets]: on(({ id }) => secrets.forget(id), hasLogin),
    [commandIds.connectionUnlock]: on(
      unlock,
      (session) => isLock(session, 'locked'),
      () => ofEditor(connections),
    ),
    [commandIds.connectionLock]: on(
      ({ lock }) => lock.lock(),
      (session) => isLock(session, 'unlocked'),
      () => ofEditor(connections),
    ),
    [commandIds.connectionSelect]: () => select(connections),
  };
}

/** The connection of the key, or of the revision of one, that the active tab shows. */
function ofEditor({ all }: Connections): ConnectionSession | undefined {
  const uri = activeUri();
  const isKey = uri !== undefined && [keyScheme, revisionScheme].includes(uri.scheme);
  return isKey ? all.find(({ id }) => id === uri.authority) : undefined;
}

function isInUse({ state }: ConnectionSession): boolean {
  return state.current.kind !== 'idle';
}

function hasLogin({ config }: ConnectionSession): boolean {
  return (config.auth?.length ?? 0) > 0;
}

function isLock({ lock }: ConnectionSession, kind: string): boolean {
  return lock.state.current.kind === kind;
}

/** Asks for the secrets anew, and makes the link again with them. */
async function changeSecret(
  { ask }: SessionCommandParts,
  session: ConnectionSession,
): Promise<void> {
  for (const method of session.config.auth ?? []) {
    const isFile = 'file' in method && method.file !== undefined;
    if (!isFile && !(await ask(session.config, method, 'missing', undefined))) {
      return;
    }
  }
  await session.disconnect();
  session.reconnectNow();
}

/** Unlocking says for how long, and in production asks once more. */
async function unlock({ name, config, lock }: ConnectionSession): Promise<void> {
  const minutes = vscode.workspace.getConfiguration().get<number>(settingIds.unlockMinutes, 10);
  const action = vscode.l10n.t('Unlock for {0} Minutes', minutes);
  const label = config.environment === undefined ? '' : `${config.environment.toUpperCase()}: `;
  const choice = await plainWindow.showWarningMessage(
    vscode.l10n.t('{0}Unlock writes on {1}?', label, name),
    {
      modal: true,
      detail: vscode.l10n.t('Saves and deletes are allowed for {0} minutes.', minutes),
    },
    action,
  );
  if (choice === action) {
    lock.unlock(minutes * 60_000);
  }
}

/** All connections with their state; choosing one offers what can be done about it. */
async function select(connections: Connections): Promise<void> {
  const items = connections.all.map((session) => ({
    label: session.name,
    description: [...labelsOf(session), stateOf(session)].join(' · '),
    session,
  }));
  const placeHolder = vscode.l10n.t('Connections');
  const session = (await plainWindow.showQuickPick(items, { placeHolder }))?.session;
  if (!session) {
    return;
  }
  const actions = actionsOf(session);
  const action = await plainWindow.showQuickPick(actions, { placeHolder: session.name });
  if (action) {
    await vscode.commands.executeCommand(action.command, connectionNode(session));
  }
}

function stateOf({ state }: ConnectionSession): string {
  const { current } = state;
  switch (current.kind) {
    case 'idle':
      return vscode.l10n.t('not connected');
    case 'connecting':
      return vscode.l10n.t('connecting');
    case 'connected':
    case 'reconnecting':
      return linkProblem(current) ?? vscode.l10n.t('connected');
    case 'failed':
      return current.error.message;
  }
}

function actionsOf({ state, lock }: ConnectionSession): { label: string; command: string }[] {
  const isConnected = state.current.kind === 'connected';
  return [
    ...(isAnswering(state.current)
      ? []
      : [{ label: vscode.l10n.t('Reconnect Now'), command: commandIds.connectionReconnect }]),
    ...(isConnected
      ? [{ label: vscode.l10n.t('Disconnect'), command: commandIds.connectionDisconnect }]
      : []),
    { label: vscode.l10n.t('Test Connection'), command: commandIds.connectionTest },
    ...(lock.state.current.kind === 'locked'
      ? [{ label: vscode.l10n.t('Unlock Writes'), command: commandIds.connectionUnlock }]
      : []),
    ...(lock.state.current.kind === 'unlocked'
      ? [{ label: vscode.l10n.t('Lock Writes'), command: commandIds.connectionLock }]
      : []),
  ];
}
