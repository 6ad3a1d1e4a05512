import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { FollowedKey } from '../../../src/kv/session/followedKey';
import { eventually } from '../../support/poll';
import { text } from '../contract/harness';
import { FakeKvConnection } from '../fakeKvConnection';

let connection: FakeKvConnection;
let session: ConnectionSession;
let followed: FollowedKey;

beforeEach(async () => {
  connection = new FakeKvConnection();
  session = new ConnectionSession({ id: 'a', name: 'a', url: '' }, () =>
    Promise.resolve(connection),
  );
  await session.connect();
  const bucket = { ttl: () => 0, replicas: () => 1 };
  followed = new FollowedKey({ connectionId: 'a', bucket: 'b', key: 'k' }, session, bucket);
});

afterEach(() => {
  followed.dispose();
  session.dispose();
});

describe('a key whose bucket was not there when it was read first', () => {
  it('is read once the bucket is made, and is not stale for good', async () => {
    await expect(followed.load()).rejects.toMatchObject({ kind: 'notFound' });

    connection.foreignCreateBucket({ name: 'b' });
    connection.foreignPut('b', 'k', 'value');

    await eventually(() => {
      expect(text(followed.entry?.value)).toBe('value');
      expect(followed.freshness.current.kind).toBe('live');
    });
  });

  it('says that it may be old while the bucket is not there', async () => {
    await expect(followed.load()).rejects.toMatchObject({ kind: 'notFound' });

    expect(followed.entry).toBeUndefined();
    expect(followed.freshness.current.kind).toBe('stale');
  });
});
