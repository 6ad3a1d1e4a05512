import type * as vscode from 'vscode';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import type { SessionState } from '../../kv/session/sessionState';
import type { Disposable, Event } from '../../kv/base/event';

type Log = Pick<vscode.LogOutputChannel, 'debug' | 'info' | 'warn'>;
type Followed = Pick<ConnectionSession, 'name' | 'state'>;

/** Writes what becomes of each connection into the log: no secrets, no keys, no values. */
export function logSessions(
  connections: { readonly all: readonly Followed[]; readonly onDidChange: Event<unknown> },
  log: Log,
): Disposable {
  const followed = new Map<Followed, Disposable>();
  const follow = (): void => {
    for (const [session, subscription] of followed) {
      if (!connections.all.includes(session)) {
        subscription.dispose();
        followed.delete(session);
      }
    }
    for (const session of connections.all) {
      if (!followed.has(session)) {
        followed.set(session, session.state.onDidChange(writer(log, session.name)));
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

interface Line {
  readonly level: 'debug' | 'info' | 'warn';
  readonly text: string;
}

/** Writes what is told of a state, once: a state that is set again, as with other limits, reads the same. */
function writer(log: Log, name: string): (state: SessionState) => void {
  let last: Line | undefined;
  return (state) => {
    const line = lineOf(state);
    if (line.text !== last?.text) {
      log[line.level](`${name}: ${line.text}`);
    }
    last = line;
  };
}

function lineOf(state: SessionState): Line {
  switch (state.kind) {
    case 'idle':
    case 'connecting':
      return { level: 'debug', text: state.kind };
    case 'connected': {
      const { address, version } = state.server;
      return state.silentSince === undefined
        ? { level: 'info', text: `connected to ${address}, version ${version}` }
        : { level: 'warn', text: 'the server does not answer' };
    }
    case 'reconnecting': {
      const text = `connection lost, reconnecting (attempt ${state.attempt})${reasonOf(state)}`;
      return { level: 'warn', text };
    }
    case 'failed':
      return { level: 'warn', text: state.error.message };
  }
}

function reasonOf({ error }: Extract<SessionState, { kind: 'reconnecting' }>): string {
  return error ? `: ${error.message}` : '';
}
