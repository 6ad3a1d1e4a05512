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

  it('stay when the link is lost while they are read, and not when that is denied', async () => {
    const { session, connected } = setUpSession();
    const link = await connected();
    await session.loadBuckets();
    link.failNext('listBuckets', refused);
    await session.loadBuckets();
    expect(session.buckets.current.kind).toBe('loaded');
    link.failNext('listBuckets', new KvError('denied', 'no'));
    await session.loadBuckets();
    expect(session.buckets.current).toMatchObject({ kind: 'failed', error: { kind: 'denied' } });
    session.dispose();
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

  it('are those of the latest listing, in whichever order the answers come', async () => {
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
    answers[2]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(names(session)).toEqual(['new', 'old']);
    answers[0]?.();
    answers[1]?.(new KvError('denied', 'no'));
    await Promise.all([first, second]);
    expect(names(session)).toEqual(['new', 'old']);
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
