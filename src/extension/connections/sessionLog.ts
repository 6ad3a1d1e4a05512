import type * as vscode from 'vscode';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import type { SessionState } from '../../kv/session/sessionState';
import type { Disposable } from '../../kv/base/event';
import type { Connections } from '../../kv/session/connections';

/** Writes what becomes of each connection into the log: no secrets, no keys, no values. */
export function logSessions(connections: Connections, log: vscode.LogOutputChannel): Disposable {
  const followed = new Map<ConnectionSession, Disposable>();
  const follow = (): void => {
    for (const [session, subscription] of followed) {
      if (!connections.all.includes(session)) {
        subscription.dispose();
        followed.delete(session);
      }
    }
    for (const session of connections.all) {
      if (!followed.has(session)) {
        const tell = (state: SessionState): void => write(log, session.name, state);
        followed.set(session, session.state.onDidChange(tell));
      }
    }
  };
  const subscription = connections.onDidChange(follow);
  return {
    dispose: () => {
      subscription.dispose();
      followed.forEach((each) => each.dispose());
    },
  };
}

function write(log: vscode.LogOutputChannel, name: string, state: SessionState): void {
  switch (state.kind) {
    case 'idle':
    case 'connecting':
      log.debug(`${name}: ${state.kind}`);
      break;
    case 'connected':
      if (state.silentSince !== undefined) {
        log.warn(`${name}: the server does not answer`);
        break;
      }
      log.info(`${name}: connected to ${state.server.address}, version ${state.server.version}`);
      break;
    case 'reconnecting':
      log.warn(
        `${name}: connection lost, reconnecting (attempt ${state.attempt})${reasonOf(state)}`,
      );
      break;
    case 'failed':
      log.warn(`${name}: ${state.error.message}`);
      break;
  }
}

function reasonOf({ error }: Extract<SessionState, { kind: 'reconnecting' }>): string {
  return error ? `: ${error.message}` : '';
}
