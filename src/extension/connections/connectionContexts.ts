import type { Disposable } from '../../kv/base/event';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import { followSessions } from '../../kv/session/followSessions';
import type { Connections } from '../../kv/session/connections';
import { contextKeys } from '../contributions';
import { setContext } from '../report';

type Facts = Readonly<Record<string, boolean>>;

/** Owns the context keys that say which connections there are, for menus; changes only through their events. */
export class ConnectionContexts implements Disposable {
  private readonly followed: Disposable;
  private told: Facts = {};

  constructor(private readonly connections: Connections) {
    this.followed = followSessions(connections, () => this.updateContext());
  }

  dispose(): void {
    this.followed.dispose();
  }

  private updateContext(): void {
    const facts = connectionFacts(this.connections.all);
    for (const [key, value] of Object.entries(facts)) {
      if (this.told[key] !== value) {
        setContext(key, value);
      }
    }
    this.told = facts;
  }
}

/** What menus need to know, by context key. */
function connectionFacts(
  sessions: readonly Pick<ConnectionSession, 'state' | 'lock' | 'config'>[],
): Facts {
  const isLocked = (kind: string): boolean =>
    sessions.some(({ lock }) => lock.state.current.kind === kind);
  const kinds = sessions.map(({ state }) => state.current.kind);
  return {
    [contextKeys.hasConnections]: sessions.length > 0,
    [contextKeys.hasConnected]: kinds.includes('connected'),
    [contextKeys.hasLost]: kinds.some((kind) => kind === 'failed' || kind === 'reconnecting'),
    [contextKeys.hasLogin]: sessions.some(({ config }) => (config.auth?.length ?? 0) > 0),
    [contextKeys.hasLocked]: isLocked('locked'),
    [contextKeys.hasUnlocked]: isLocked('unlocked'),
  };
}
