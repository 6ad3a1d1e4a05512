import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { KvError } from '../../../src/kv/model/errors';
import { config, setUpSession } from './sessionSetUp';

const refused = new KvError('disconnected', 'nobody listens on 127.0.0.1:4222');

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

/** How long the session means to wait, in milliseconds. */
function wait({ state }: ConnectionSession): number | undefined {
  const { current } = state;
  return current.kind === 'failed' && current.retryAt ? current.retryAt - Date.now() : undefined;
}

describe('the life of a ConnectionSession', () => {
  it('waits longer after each failure, half a minute at most', async () => {
    const { session, attempts, signals } = setUpSession();
    attempts.failWith = refused;
    await session.loadBuckets();
    const waits = [];
    for (let count = 1; count <= 7; count++) {
      expect(signals).toHaveLength(count);
      waits.push(wait(session));
      await vi.advanceTimersByTimeAsync(wait(session) ?? 0);
    }
    expect(waits).toEqual([2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000]);
    session.dispose();
  });

  it.each(['timeout', 'disconnected'] as const)('tries again after %s', async (kind) => {
    const { session, attempts, made } = setUpSession();
    attempts.failWith = new KvError(kind, 'no');
    await session.loadBuckets();
    attempts.failWith = undefined;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(made).toHaveLength(1);
    session.dispose();
  });

  it.each(['demand', 'success'])('waits two seconds again after a %s', async (what) => {
    const { session, attempts, connected } = setUpSession();
    attempts.failWith = refused;
    await session.loadBuckets();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(wait(session)).toBe(4_000);
    if (what === 'demand') {
      session.reconnectNow();
      await vi.advanceTimersByTimeAsync(0);
    } else {
      attempts.failWith = undefined;
      await (await connected()).close();
    }
    expect(wait(session)).toBe(2_000);
    session.dispose();
  });

  it('has failed when the link ends by itself, and makes a new one', async () => {
    const { session, connected, made } = setUpSession();
    const link = await connected();
    session.watch('b')?.hold();
    await link.close();
    expect(session.state.current).toMatchObject({
      kind: 'failed',
      error: { kind: 'disconnected', message: 'the connection was closed' },
    });
    expect(session.watch('b')).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(session.state.current.kind).toBe('connected');
    expect(made).toHaveLength(2);
    session.dispose();
  });

  it('stays away once it was disconnected, and has forgotten what it read', async () => {
    const { session, connected, made } = setUpSession();
    const link = await connected();
    await session.loadBuckets();
    await session.disconnect();
    expect(session.state.current).toEqual({ kind: 'idle', onPurpose: true });
    expect(session.buckets.current).toEqual({ kind: 'idle' });
    expect(link.state.current.kind).toBe('closed');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(made).toHaveLength(1);
    session.reconnectNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(session.state.current.kind).toBe('connected');
    session.dispose();
  });

  it('stops waiting for its turn when it is disconnected or asked for', async () => {
    const { session, attempts, signals, connected } = setUpSession();
    attempts.failWith = refused;
    await session.loadBuckets();
    await session.disconnect();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(signals).toHaveLength(1);
    await session.loadBuckets();
    attempts.failWith = undefined;
    const link = await connected();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(signals).toHaveLength(3);
    expect(link.calls).not.toContain('listBuckets');
    session.dispose();
  });

  it('aborts an attempt that it gives up, and only that', async () => {
    const { session, signals } = setUpSession();
    const attempt = session.connect();
    expect(session.state.current).toEqual({ kind: 'connecting' });
    const disconnected = session.disconnect();
    await expect(attempt).rejects.toMatchObject({ kind: 'cancelled' });
    await disconnected;
    await session.connect();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(session.state.current.kind).toBe('connected');
    session.dispose();
  });

  it('closes the link when it is disposed, with all that ran over it', async () => {
    const { session, connected } = setUpSession();
    const link = await connected();
    link.foreignCreateBucket({ name: 'b' });
    await session.watch('b')?.hold().from;
    expect(link.openWatches).toBe(1);
    session.dispose();
    expect(link.openWatches).toBe(0);
    expect(link.state.current).toEqual({ kind: 'closed' });
  });

  it('tells nothing more and waits for nothing once it is disposed', async () => {
    const { session, connected } = setUpSession();
    const link = await connected();
    link.close = () => Promise.reject(new KvError('timeout', 'no answer'));
    const told: unknown[] = [];
    session.state.onDidChange((state) => told.push(state));
    session.buckets.onDidChange((state) => told.push(state));
    session.onDidReplaceLink(() => told.push('replaced'));
    session.dispose();
    told.length = 0;
    await session.disconnect();
    expect(told).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('hurries a link that is being made again', async () => {
    const { session, connected, made } = setUpSession();
    const link = await connected();
    link.goOffline();
    session.reconnectNow();
    expect(link.state.current.kind).toBe('connected');
    expect(session.state.current).toMatchObject({ kind: 'connected', server: { name: 'fake' } });
    expect(made).toHaveLength(1);
    session.dispose();
  });

  it('makes room for an attempt that is asked for, when one came by itself', async () => {
    const { session, attempts, signals, reasons } = setUpSession();
    attempts.failWith = refused;
    await session.loadBuckets();
    attempts.failWith = undefined;
    attempts.hang = true;
    await vi.advanceTimersByTimeAsync(2_000);
    attempts.hang = false;
    session.reconnectNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(reasons).toEqual(['askedFor', 'byItself', 'askedFor']);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true, false]);
    expect(session.state.current.kind).toBe('connected');
    expect(session.buckets.current.kind).toBe('loaded');
    session.dispose();
  });

  it('tells why a link is not made again', async () => {
    const { session, connected } = setUpSession();
    const link = await connected();
    const error = new KvError('authFailed', 'the login was refused');
    link.state.set({ kind: 'reconnecting', attempt: 2, since: 5, error });
    expect(session.state.current).toEqual({ kind: 'reconnecting', attempt: 2, since: 5, error });
    session.dispose();
  });

  it.each([
    [true, 'locked'],
    [false, 'writable'],
    [undefined, 'writable'],
  ])('whose connection is read-only: %s, is %s', (readOnly, kind) => {
    const session = new ConnectionSession({ ...config, readOnly }, () => Promise.reject(refused));
    expect(session.lock.state.current.kind).toBe(kind);
    expect([session.state.current, session.buckets.current]).toEqual([
      { kind: 'idle' },
      { kind: 'idle' },
    ]);
    expect(session.isWatched).toBe(false);
    session.lock.unlock(1000);
    session.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells the round trip when it has measured it', async () => {
    const { session, connected } = setUpSession();
    await connected();
    await vi.advanceTimersByTimeAsync(0);
    expect(session.state.current).toMatchObject({ kind: 'connected', rttMs: 1 });
    session.dispose();
  });

  it('tells when it was used last, whether a bucket is followed, and its name', async () => {
    const { session, connected } = setUpSession();
    const link = await connected();
    link.foreignCreateBucket({ name: 'b' });
    expect(session.lastUsed).toBe(1_000_000);
    vi.setSystemTime(2_000_000);
    await session.connect();
    expect(session.lastUsed).toBe(2_000_000);
    expect(session.isWatched).toBe(false);
    const hold = session.watch('b')?.hold();
    expect(session.isWatched).toBe(true);
    hold?.dispose();
    expect(session.isWatched).toBe(false);
    session.relabel({ ...config, name: 'other' });
    expect([session.id, session.name, session.config.name]).toEqual(['local', 'other', 'other']);
    session.dispose();
  });

  it('gives the link to what goes on in the background only while it is up', async () => {
    const { session, connected, signals } = setUpSession();
    expect(session.linkIfUp).toBeUndefined();
    const link = await connected();
    vi.setSystemTime(2_000_000);
    expect(session.linkIfUp).toBe(link);
    expect(session.lastUsed).toBe(1_000_000);
    link.goOffline();
    expect(session.linkIfUp).toBeUndefined();
    link.goOnline();
    expect(session.linkIfUp).toBe(link);
    await session.disconnect();
    expect(session.linkIfUp).toBeUndefined();
    expect(signals).toHaveLength(1);
    session.dispose();
  });

  it('makes no link any more once it is disposed', async () => {
    const { session } = setUpSession();
    session.dispose();
    await expect(session.connect()).rejects.toMatchObject({ kind: 'cancelled' });
    await session.loadBuckets();
    expect(session.state.current.kind).toBe('idle');
  });
});
