import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { KvError } from '../../../src/kv/model/errors';
import type { DialReason } from '../../../src/kv/model/kvConnection';
import { FakeKvConnection } from '../fakeKvConnection';

export const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };

/** A session; every attempt gets a link of its own, unless it is to fail. */
export function setUpSession() {
  const made: FakeKvConnection[] = [];
  const signals: AbortSignal[] = [];
  const reasons: DialReason[] = [];
  const attempts: { failWith?: KvError; hang?: boolean } = {};
  const session = new ConnectionSession(config, (_config, _lock, signal, reason) => {
    signals.push(signal);
    reasons.push(reason);
    if (attempts.hang) {
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new KvError('cancelled', 'given up')));
      });
    }
    if (attempts.failWith) {
      return Promise.reject(attempts.failWith);
    }
    made.push(new FakeKvConnection());
    return Promise.resolve(made.at(-1) as FakeKvConnection);
  });
  const connected = async () => {
    await session.connect();
    return made.at(-1) as FakeKvConnection;
  };
  return { session, made, signals, reasons, attempts, connected };
}
