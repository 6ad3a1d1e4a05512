import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { KvError } from '../../../src/kv/model/errors';
import { FakeKvConnection } from '../fakeKvConnection';
import { config, setUpSession } from './sessionSetUp';

const refused = new KvError('disconnected', 'nobody listens on 127.0.0.1:4222');

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the buckets of a ConnectionSession', () => {
  const names = ({ buckets }: ConnectionSession) =>
    buckets.current.kind === 'loaded' ? buckets.current.buckets.map(({ name }) => name) : [];

  it('are loading at first, and stay while they are read again', async () => {
    const { session } = setUpSession();
    const kinds: string[] = [];
    session.buckets.onDidChange(({ kind }) => kinds.push(kind));
    await session.loadBuckets();
    await session.loadBuckets();
    expect(kinds).toEqual(['loading', 'loaded', 'loaded']);
    session.dispose();
  });

  it.each(['disconnected', 'timeout', 'unavailable', 'jetStreamOff', 'denied', 'server'] as const)(
    'stay when reading them again fails: %s, and say since when',
    async (kind) => {
      const { session, connected } = setUpSession();
      const link = await connected();
      link.foreignCreateBucket({ name: 'b' });
      await session.loadBuckets();
      const error = new KvError(kind, 'no');
      link.failNext('listBuckets', error);
      vi.setSystemTime(5_000_000);
      await session.loadBuckets();
      expect(session.buckets.current).toMatchObject({ stale: { since: 5_000_000, error } });
      expect(names(session)).toEqual(['b']);
      await session.loadBuckets();
      expect(session.buckets.current).not.toHaveProperty('stale');
      session.dispose();
    },
  );

  it.each(['timeout', 'unavailable', 'jetStreamOff', 'denied', 'server'] as const)(
    'are read again with back-off after %s, until they are',
    async (kind) => {
      const { session, connected } = setUpSession();
      const link = await connected();
      const tries = () => link.calls.filter((call) => call === 'listBuckets').length;
      const error = new KvError(kind, 'no');
      link.failNext('listBuckets', error);
      await session.loadBuckets();
      expect(session.buckets.current).toEqual({ kind: 'failed', error });
      const waits = [1_000, 2_000, 4_000, 8_000, 15_000, 15_000];
      for (const [at, wait] of waits.entries()) {
        link.failNext('listBuckets', error);
        await vi.advanceTimersByTimeAsync(wait - 1);
        expect(tries()).toBe(at + 1);
        await vi.advanceTimersByTimeAsync(1);
        expect(tries()).toBe(at + 2);
      }
      await vi.advanceTimersByTimeAsync(15_000);
      expect(session.buckets.current.kind).toBe('loaded');
      await vi.advanceTimersByTimeAsync(60_000);
      expect(tries()).toBe(waits.length + 2);
      session.dispose();
    },
  );

  it('are not read again, nor dialled for, after a disconnect', async () => {
    const { session, connected, signals } = setUpSession();
    const link = await connected();
    link.failNext('listBuckets', new KvError('timeout', 'no'));
    await session.loadBuckets();
    await session.disconnect();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(signals).toHaveLength(1);
    expect(session.buckets.current).toEqual({ kind: 'idle' });
    session.dispose();
  });

  it('are read again at once when a silent server answers again', async () => {
    const { session, connected } = setUpSession();
    const link = await connected();
    link.foreignCreateBucket({ name: 'old' });
    await session.loadBuckets();
    link.beSilent(1_000);
    expect(session.state.current).toMatchObject({ kind: 'connected', silentSince: 1_000 });
    link.foreignMirror('new', 'old');
    link.goOnline();
    await vi.advanceTimersByTimeAsync(0);
    expect(session.state.current).not.toHaveProperty('silentSince');
    expect(names(session)).toEqual(['new', 'old']);
    session.dispose();
  });

  describe('that are not listed any more', () => {
    /** A session that knows two buckets, whose server tells nothing of their end. */
    async function knowing() {
      const { session, connected } = setUpSession();
      const link = await connected();
      ['a', 'b'].forEach((name) => link.foreignCreateBucket({ name }));
      await session.loadBuckets();
      const listBuckets = link.listBuckets.bind(link);
      const hide = (...hidden: string[]) => {
        link.listBuckets = async () =>
          (await listBuckets()).filter(({ name }) => !hidden.includes(name));
      };
      return { session, link, hide };
    }

    it.each([[['a', 'b']], [['a']]])('stay for a second look: %j', async (hidden) => {
      const { session, hide } = await knowing();
      hide(...hidden);
      await session.loadBuckets();
      expect(names(session)).toEqual(['a', 'b']);
      expect(session.buckets.current).toMatchObject({ stale: { error: { kind: 'unavailable' } } });
      hide();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(names(session)).toEqual(['a', 'b']);
      expect(session.buckets.current).not.toHaveProperty('stale');
      session.dispose();
    });

    it('are gone when the next looks say the same', async () => {
      const { session, hide } = await knowing();
      hide('a', 'b');
      await session.loadBuckets();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(names(session)).toEqual(['a', 'b']);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(session.buckets.current).toEqual({ kind: 'loaded', buckets: [] });
      session.dispose();
    });

    it('are gone at once where their end was told', async () => {
      const { session, link } = await knowing();
      link.foreignDeleteBucket('a');
      await vi.advanceTimersByTimeAsync(0);
      expect(names(session)).toEqual(['b']);
      session.dispose();
    });

    it('are gone at once where they were deleted here', async () => {
      const { session, hide } = await knowing();
      session.expectGone('b');
      hide('b');
      await session.loadBuckets();
      expect(names(session)).toEqual(['a']);
      session.dispose();
    });
  });

  it('are forgotten by a disconnect while they are read, whatever becomes of that', async () => {
    const { session, attempts } = setUpSession();
    attempts.failWith = refused;
    const loading = session.loadBuckets();
    await session.disconnect();
    await loading;
    expect(session.buckets.current).toEqual({ kind: 'idle' });
    session.dispose();
  });

  it('are those of the latest listing, and of what was read of single ones meanwhile', async () => {
    const { session, connected } = setUpSession();
    const link = await connected();
    link.foreignCreateBucket({ name: 'old' });
    const answers: ((fail?: Error) => void)[] = [];
    const listBuckets = link.listBuckets.bind(link);
    link.listBuckets = async () => {
      const listed = await listBuckets();
      const failure = await new Promise<Error | undefined>((resolve) => answers.push(resolve));
      if (failure) {
        throw failure;
      }
      return listed;
    };
    const first = session.loadBuckets();
    const second = session.loadBuckets();
    await vi.advanceTimersByTimeAsync(0);
    link.foreignMirror('new', 'old');
    await vi.advanceTimersByTimeAsync(0);
    answers[0]?.(new KvError('denied', 'no'));
    answers[1]?.();
    await Promise.all([first, second]);
    expect(names(session)).toEqual(['new', 'old']);
    session.dispose();
  });

  it('are asked for one by one, or all at once, and never while they are asked for', async () => {
    const { session, connected } = setUpSession();
    const link = await connected();
    await session.loadBuckets();
    const listing = vi.spyOn(link, 'listBuckets');
    const single = vi.spyOn(link, 'bucketStatus');
    link.foreignCreateBucket({ name: 'b' });
    await vi.advanceTimersByTimeAsync(0);
    expect([single.mock.calls.length, listing.mock.calls.length]).toEqual([1, 0]);
    for (let at = 0; at < 100; at++) {
      link.foreignCreateBucket({ name: `b${at}` });
    }
    await vi.advanceTimersByTimeAsync(0);
    expect(names(session)).toHaveLength(101);
    expect([single.mock.calls.length, listing.mock.calls.length]).toEqual([1, 1]);
    session.dispose();
  });

  it('are not read because of a change while nobody has asked for them', async () => {
    const { session, connected } = setUpSession();
    const link = await connected();
    link.foreignCreateBucket({ name: 'b' });
    await vi.advanceTimersByTimeAsync(0);
    expect(link.calls).not.toContain('listBuckets');
    session.dispose();
  });

  it('lose the watch and the index of one that is gone, and no other', async () => {
    const { session, connected } = setUpSession();
    const link = await connected();
    ['a', 'b'].forEach((name) => link.foreignCreateBucket({ name }));
    const [a, b] = [session.watch('a'), session.watch('b')];
    const index = session.index('b');
    await b?.hold().from;
    let replaced = 0;
    session.onDidReplaceLink(() => replaced++);
    link.foreignDeleteBucket('a');
    link.foreignDeleteBucket('b');
    link.foreignCreateBucket({ name: 'b' });
    expect(replaced).toBe(2);
    expect(link.openWatches).toBe(0);
    expect(session.watch('a')).not.toBe(a);
    expect(session.watch('b')).not.toBe(b);
    expect(session.index('b')).not.toBe(index);
    session.dispose();
  });

  it('are read again when a watch tells that its own is gone', async () => {
    const link = new FakeKvConnection();
    link.foreignCreateBucket({ name: 'b' });
    const mute = Object.assign(link, { onDidChangeBuckets: () => ({ dispose: () => undefined }) });
    const session = new ConnectionSession(config, () => Promise.resolve(mute));
    await session.loadBuckets();
    const watch = session.watch('b');
    await watch?.hold().from;
    link.foreignDeleteBucket('b');
    expect(session.watch('b')).not.toBe(watch);
    await vi.advanceTimersByTimeAsync(0);
    expect(session.buckets.current).toEqual({ kind: 'loaded', buckets: [] });
    session.dispose();
  });

  it('are told of a new link, whose watches are new', async () => {
    const { session, connected } = setUpSession();
    let replaced = 0;
    session.onDidReplaceLink(() => replaced++);
    await connected();
    expect(replaced).toBe(1);
    const watch = session.watch('b');
    await session.disconnect();
    await connected();
    expect(replaced).toBe(2);
    expect(session.watch('b')).not.toBe(watch);
    session.dispose();
  });
});
