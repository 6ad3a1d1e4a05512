import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { BucketReturn } from '../../../src/kv/live/bucketReturn';
import { compareBuckets } from '../../../src/kv/live/liveState';
import { FakeKvConnection } from '../fakeKvConnection';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

async function setUp() {
  const connection = new FakeKvConnection();
  const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };
  const session = new ConnectionSession(config, () => Promise.resolve(connection));
  await session.connect();
  const look = vi.fn();
  return { connection, session, look };
}

describe('BucketReturn', () => {
  it('looks when the bucket is created, and now and then where nobody tells', async () => {
    const { connection, session, look } = await setUp();
    const wait = new BucketReturn(session, connection, 'b', look);
    connection.foreignCreateBucket({ name: 'other' });
    expect(look).not.toHaveBeenCalled();
    connection.foreignCreateBucket({ name: 'b' });
    expect(look).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(look).toHaveBeenCalledTimes(3);
    wait.dispose();
    connection.foreignDeleteBucket('b');
    connection.foreignCreateBucket({ name: 'b' });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(look).toHaveBeenCalledTimes(3);
  });

  it('does not look over a connection that was given up', async () => {
    const { session, look } = await setUp();
    const wait = new BucketReturn(session, undefined, 'b', look);
    await session.disconnect();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(look).not.toHaveBeenCalled();
    wait.dispose();
  });
});

describe('compareBuckets', () => {
  const place = { created: 1, revision: 10 };

  it('knows the bucket that was watched, and another one of its name', () => {
    expect(compareBuckets(place, { created: 1, revision: 12 }, false)).toBe('same');
    expect(compareBuckets(place, { created: 2, revision: 12 }, false)).toBe('other');
    expect(compareBuckets(undefined, { created: 2, revision: 12 }, false)).toBe('same');
    expect(compareBuckets(undefined, { created: 2, revision: 12 }, true)).toBe('other');
  });

  it('takes one that is behind for another one only when it is seen again', () => {
    expect(compareBuckets(place, { created: 1, revision: 9 }, false)).toBe('behind');
    expect(compareBuckets(place, { created: 1, revision: 9 }, true)).toBe('other');
    expect(compareBuckets(place, { created: 1, revision: 10 }, true)).toBe('same');
  });
});
