import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { KvError } from '../../../src/kv/model/errors';
import { eventually } from '../../support/poll';
import { FakeKvConnection } from '../fakeKvConnection';

const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };
const refused = new KvError('disconnected', 'nobody listens on 127.0.0.1:4222');

let connection: FakeKvConnection;
let attempts: number;
let failWith: KvError | undefined;
let session: ConnectionSession;

beforeEach(() => {
  connection = new FakeKvConnection();
  attempts = 0;
  failWith = undefined;
  session = new ConnectionSession(config, () => {
    attempts++;
    return failWith ? Promise.reject(failWith) : Promise.resolve(connection);
  });
});

afterEach(() => {
  session.dispose();
  vi.useRealTimers();
});

function bucketNames(): string[] {
  const { current } = session.buckets;
  return current.kind === 'loaded' ? current.buckets.map(({ name }) => name) : [];
}

describe('ConnectionSession', () => {
  it('connects when it is first needed and only once', async () => {
    expect(attempts).toBe(0);

    await Promise.all([session.connect(), session.connect(), session.loadBuckets()]);

    expect(attempts).toBe(1);
    expect(session.state.current.kind).toBe('connected');
  });

  it('tells the buckets and follows those that come and go', async () => {
    connection.foreignCreateBucket({ name: 'A' });
    await session.loadBuckets();
    expect(bucketNames()).toEqual(['A']);

    connection.foreignCreateBucket({ name: 'B' });
    await eventually(() => expect(bucketNames()).toEqual(['A', 'B']));
    connection.foreignDeleteBucket('A');

    await eventually(() => expect(bucketNames()).toEqual(['B']));
  });

  it('tries again by itself when nobody listens, later each time', async () => {
    vi.useFakeTimers();
    failWith = refused;
    await session.loadBuckets();
    expect(session.state.current).toMatchObject({ kind: 'failed', error: refused });

    await vi.advanceTimersByTimeAsync(2_000);
    expect(attempts).toBe(2);
    await vi.advanceTimersByTimeAsync(3_999);
    expect(attempts).toBe(2);
    failWith = undefined;
    await vi.advanceTimersByTimeAsync(1);

    expect(session.state.current.kind).toBe('connected');
    expect(session.buckets.current.kind).toBe('loaded');
  });

  it('tries a refused login again by itself while the buckets are wanted', async () => {
    vi.useFakeTimers();
    failWith = new KvError('authFailed', 'the login was refused');
    await session.loadBuckets();
    expect(session.state.current).toMatchObject({ kind: 'failed', error: failWith });

    await vi.advanceTimersByTimeAsync(60_000);
    expect(attempts).toBe(6);
    failWith = undefined;
    await vi.advanceTimersByTimeAsync(30_000);

    expect(session.state.current.kind).toBe('connected');
    expect(session.buckets.current.kind).toBe('loaded');
  });

  it.each(['noSecret', 'invalidConfig', 'invalidUrl'] as const)(
    'does not try again by itself what cannot go well: %s',
    async (kind) => {
      vi.useFakeTimers();
      failWith = new KvError(kind, 'no');
      await session.loadBuckets();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(attempts).toBe(1);
      expect(session.state.current).toEqual({ kind: 'failed', error: failWith });
    },
  );

  it('does not try a refused login again by itself when nothing on screen needs it', async () => {
    vi.useFakeTimers();
    failWith = new KvError('authFailed', 'the login was refused');
    await expect(session.connect()).rejects.toBe(failWith);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(attempts).toBe(1);
  });

  it('tries at once on demand', async () => {
    failWith = refused;
    await session.loadBuckets();
    failWith = undefined;

    session.reconnectNow();

    await eventually(() => expect(session.state.current.kind).toBe('connected'));
  });

  it('keeps the buckets while the link is down and reads them again when it is back', async () => {
    await session.loadBuckets();
    connection.foreignCreateBucket({ name: 'A' });
    await eventually(() => expect(bucketNames()).toEqual(['A']));
    connection.goOffline();
    expect(session.state.current).toMatchObject({ kind: 'reconnecting', attempt: 1 });
    expect(bucketNames()).toEqual(['A']);
    connection.foreignCreateBucket({ name: 'B' });

    connection.goOnline();

    await eventually(() => expect(bucketNames()).toEqual(['A', 'B']));
  });

  it('tells that JetStream is off', async () => {
    connection.failNext('listBuckets', new KvError('jetStreamOff', 'JetStream is not enabled'));

    await session.loadBuckets();

    expect(session.buckets.current).toMatchObject({
      kind: 'failed',
      error: { kind: 'jetStreamOff' },
    });
    expect(session.state.current.kind).toBe('connected');
  });

  it('gives one watch and one index for each bucket, new ones after the bucket was replaced', async () => {
    connection.foreignCreateBucket({ name: 'A' });
    await session.loadBuckets();
    const index = session.index('A');
    expect(session.index('A')).toBe(index);
    expect(index?.watch).toBe(session.watch('A'));
    let replaced = 0;
    session.onDidReplaceLink(() => replaced++);

    connection.foreignDeleteBucket('A');

    expect(replaced).toBe(1);
    expect(session.index('A')).not.toBe(index);
  });

  it('has no index before it is connected and after it is disconnected', async () => {
    expect(session.index('A')).toBeUndefined();
    await session.connect();
    expect(session.index('A')).toBeDefined();

    await session.disconnect();

    expect(session.index('A')).toBeUndefined();
    expect(session.state.current.kind).toBe('idle');
  });

  it('closes the link of an attempt that was given up', async () => {
    let finish: (made: FakeKvConnection) => void = () => undefined;
    const late = new ConnectionSession(config, () => new Promise((resolve) => (finish = resolve)));
    const attempt = late.connect();
    await late.disconnect();

    finish(connection);

    await expect(attempt).rejects.toMatchObject({ kind: 'cancelled' });
    expect(connection.state.current.kind).toBe('closed');
    expect(late.state.current.kind).toBe('idle');
  });
});
