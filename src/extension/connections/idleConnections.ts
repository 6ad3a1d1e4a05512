import * as vscode from 'vscode';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import type { Disposable } from '../../kv/base/event';
import { settingIds } from '../contributions';
import type { Connections } from '../../kv/session/connections';
import type { Background } from '../../kv/base/background';

const checkEveryMs = 30_000;

/** Disconnects connections that nothing has used for the time of the setting. */
export function disconnectIdle(connections: Connections, inBackground: Background): Disposable {
  const timer = setInterval(() => {
    const minutes = vscode.workspace
      .getConfiguration()
      .get<number>(settingIds.disconnectWhenIdle, 0);
    for (const session of idleSessions(connections.all, minutes, Date.now())) {
      inBackground(`disconnect ${session.name}`, session.disconnect());
    }
  }, checkEveryMs);
  return { dispose: () => clearInterval(timer) };
}

/** The connected sessions that nobody follows and that were not used for `minutes`; none for 0. */
export function idleSessions(
  sessions: readonly ConnectionSession[],
  minutes: number,
  now: number,
): ConnectionSession[] {
  return sessions.filter(
    ({ state, lastUsed, isWatched }) =>
      minutes > 0 &&
      state.current.kind === 'connected' &&
      !isWatched &&
      now - lastUsed >= minutes * 60_000,
  );
}
