import { describe, expect, it } from 'vitest';
import { logSessions } from '../../../src/extension/connections/sessionLog';
import { Emitter, ObservableValue } from '../../../src/kv/base/event';
import { KvError } from '../../../src/kv/model/errors';
import type { SessionState } from '../../../src/kv/session/sessionState';

const server = {
  name: 'n1',
  version: '2.15.1',
  cluster: undefined,
  address: '127.0.0.1:4222',
  maxPayload: 1_048_576,
};

function setUp() {
  const state = new ObservableValue<SessionState>({ kind: 'idle' });
  const changed = new Emitter<void>();
  const lines: string[] = [];
  const log = {
    debug: (text: string) => void lines.push(`debug ${text}`),
    info: (text: string) => void lines.push(`info ${text}`),
    warn: (text: string) => void lines.push(`warn ${text}`),
  };
  const sessions = { all: [{ name: 'local', state }], onDidChange: changed.event };
  const logging = logSessions(sessions, log);
  changed.fire();
  const connected = (more: object = {}): SessionState => ({ kind: 'connected', server, ...more });
  return { state, lines, logging, connected };
}

describe('the log of connections', () => {
  it('tells once that a connection is there, however often that is said', () => {
    const { state, lines, connected } = setUp();
    state.set({ kind: 'connecting' });
    state.set(connected());
    state.set(connected({ server: { ...server, maxPayload: 512 } }));
    expect(lines).toEqual([
      'debug local: connecting',
      'info local: connected to 127.0.0.1:4222, version 2.15.1',
    ]);
  });

  it('tells it again after it was lost, or did not answer', () => {
    const { state, lines, connected } = setUp();
    const error = new KvError('disconnected', 'the connection to the server was lost');
    state.set(connected());
    state.set(connected({ silentSince: 1 }));
    state.set(connected());
    state.set({ kind: 'reconnecting', attempt: 1, error } as SessionState);
    state.set(connected());
    expect(lines.map((line) => line.replace(/127.*/, '…'))).toEqual([
      'info local: connected to …',
      'warn local: the server does not answer',
      'info local: connected to …',
      'warn local: connection lost, reconnecting (attempt 1): the connection to the server was lost',
      'info local: connected to …',
    ]);
  });

  it('ends with what is shown', () => {
    const { state, lines, logging, connected } = setUp();
    logging.dispose();
    state.set(connected());
    expect(lines).toEqual([]);
  });
});
