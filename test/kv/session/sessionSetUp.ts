import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import type { KvError } from '../../../src/kv/model/errors';
import { FakeKvConnection } from '../fakeKvConnection';

export const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };

/** A session; every attempt gets a link of its own, unless it is to fail. */
export function setUpSession() {
  const made: FakeKvConnection[] = [];
  const signals: AbortSignal[] = [];
  const attempts: { failWith?: KvError } = {};
  const session = new ConnectionSession(config, (_config, _lock, signal) => {
    signals.push(signal);
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
  return { session, made, signals, attempts, connected };
}
