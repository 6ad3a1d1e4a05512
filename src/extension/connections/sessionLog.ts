import type * as vscode from 'vscode';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import type { SessionState } from '../../kv/session/sessionState';
import type { Disposable, Event } from '../../kv/base/event';
import type { Journal } from '../support/journal';

type Log = Pick<vscode.LogOutputChannel, 'debug' | 'info' | 'warn'>;
/** Takes what happened without names and hosts. */
type Notes = Pick<Journal, 'note'>;
type Followed = Pick<ConnectionSession, 'name' | 'state'>;

/**
 * Writes what becomes of each connection into the log: no secrets, no keys, no values. The journal gets the
 * same without names and hosts.
 */
export function logSessions(
  connections: { readonly all: readonly Followed[]; readonly onDidChange: Event<unknown> },
  log: Log,
  journal?: Notes,
): Disposable {
  const followed = new Map<Followed, Disposable>();
  const tell = (session: Followed): ((state: SessionState) => void) => {
    const write = writer(log, session.name);
    return (state) => {
      if (write(state)) {
        journal?.note(`connection ${connections.all.indexOf(session) + 1}: ${noteOf(state)}`);
      }
    };
  };
  const follow = (): void => {
    for (const [session, subscription] of followed) {
      if (!connections.all.includes(session)) {
        subscription.dispose();
        followed.delete(session);
      }
    }
    for (const session of connections.all) {
      if (!followed.has(session)) {
        followed.set(session, session.state.onDidChange(tell(session)));
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

/**
 * Writes what is told of a state, once: a state that is set again, as with other limits, reads the same. Whether
 * it was written.
 */
function writer(log: Log, name: string): (state: SessionState) => boolean {
  let last: Line | undefined;
  return (state) => {
    const line = lineOf(state);
    const isNews = line.text !== last?.text;
    last = line;
    if (isNews) {
      log[line.level](`${name}: ${line.text}`);
    }
    return isNews;
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

/** A state without what a server or the user has named. */
function noteOf(state: SessionState): string {
  switch (state.kind) {
    case 'reconnecting':
      return `reconnecting${state.error ? ` (${state.error.kind})` : ''}`;
    case 'failed':
      return `failed (${state.error.kind})`;
    case 'connected':
      return state.silentSince === undefined ? 'connected' : 'not answering';
    case 'idle':
    case 'connecting':
      return state.kind;
  }
}

function reasonOf({ error }: Extract<SessionState, { kind: 'reconnecting' }>): string {
  return error ? `: ${error.message}` : '';
}
