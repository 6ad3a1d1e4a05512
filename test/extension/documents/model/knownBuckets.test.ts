import { describe, expect, it, onTestFinished } from 'vitest';
import { KnownBuckets } from '../../../../src/extension/documents/model/knownBuckets';
import { KvError, type KvErrorKind } from '../../../../src/kv/model/errors';
import { ConnectionSession } from '../../../../src/kv/session/connectionSession';
import { eventually } from '../../../support/poll';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';

describe('KnownBuckets', () => {
  it('asks again for a bucket after a failure that passes', async () => {
    const { facts, session, failWith, asked } = await start();
    failWith('timeout');
    facts.ask(session, 'B');
    await eventually(() => expect(asked()).toBe(1));
    failWith(undefined);
    await eventually(() => {
      facts.ask(session, 'B');
      expect(facts.status(session, 'B')?.name).toBe('B');
    });
  });

  it('asks once for a bucket that it may not ask for', async () => {
    const { facts, session, failWith, asked } = await start();
    failWith('denied');
    facts.ask(session, 'B');
    await eventually(() => expect(asked()).toBe(1));
    await new Promise((resolve) => setImmediate(resolve));
    facts.ask(session, 'B');
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked()).toBe(1);
  });
});

async function start() {
  const connection = new FakeKvConnection();
  await connection.createBucket({ name: 'B' });
  let failure: KvErrorKind | undefined;
  let count = 0;
  const answer = connection.bucketStatus.bind(connection);
  connection.bucketStatus = (bucket) => {
    count++;
    return failure ? Promise.reject(new KvError(failure, 'no answer')) : answer(bucket);
  };
  const config = { id: 'a', name: 'A', url: 'nats://localhost' };
  const session = new ConnectionSession(config, () => Promise.resolve(connection));
  onTestFinished(() => session.dispose());
  return {
    facts: new KnownBuckets(),
    session,
    asked: () => count,
    failWith: (kind: KvErrorKind | undefined) => (failure = kind),
  };
}
