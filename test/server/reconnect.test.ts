import { writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LinkState } from '../../src/kv/model/kvConnection';
import { bytes, expectKind, isIn, startWatch } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import { connectForeign } from './foreignNats';
import { connectTo, linkIs, never, startSystem } from './system';

describe('reconnecting', () => {
  it('resumes a watch soon after a crash and tells exactly the change missed', async () => {
    const { server, foreign } = await startSystem();
    await foreign.createBucket({ name: 'b', history: 5 });
    const connection = await connectTo(server.url, { reconnectDelay: () => 20 });
    const { watch, told } = startWatch(connection, 1);
    await isIn('live', watch);
    await foreign.put('b', 'before', 'x');
    await eventually(() => expect(told).toHaveLength(1));
    await server.kill9();
    await isIn('resuming', watch);
    await server.restart();
    // A new client: the old one discards what it is given before it has reconnected.
    const other = await connectForeign(server.url);
    onTestFinished(() => other.close());
    const missed = await other.put('b', 'missed', 'x');
    await eventually(() => expect(told.at(-1)?.revision).toBe(missed));
    expect(told.map(({ key }) => key)).toEqual(['before', 'missed']);
    await isIn('live', watch);
  });

  it('refuses a write at once while the server is down', async () => {
    const { server, connection } = await setUp({ timeoutMs: never });
    await server.kill9();
    await linkIs('reconnecting', connection);
    await expectKind('disconnected', connection.put('b', 'key', bytes('x'), { expected: 0 }));
  });

  it('does not know how a write ended that was cut off in flight', async () => {
    const { proxy, connection } = await setUp();
    proxy.stall();
    const put = connection.put('b', 'key', bytes('x'), { expected: 0 });
    await eventually(() => expect(proxy.published).toContain('$KV.b.key'));
    proxy.cut();
    expect(await put).toMatchObject({ kind: 'unknown' });
  });

  it('does not know how a write ended that the server did not answer in time', async () => {
    const { proxy, connection } = await setUp({ timeoutMs: 2_000 });
    proxy.stall();
    const put = connection.put('b', 'key', bytes('x'), { expected: 0 });
    expect(await put).toEqual({
      kind: 'unknown',
      reason: 'the server did not answer within 2000 ms',
    });
  });

  it('does not know how a write ended that was aborted in flight', async () => {
    const { proxy, connection } = await setUp();
    const abort = new AbortController();
    proxy.stall();
    const options = { expected: 0, signal: abort.signal };
    const put = connection.put('b', 'key', bytes('x'), options);
    await eventually(() => expect(proxy.published).toContain('$KV.b.key'));
    abort.abort();
    expect(await put).toMatchObject({ kind: 'unknown' });
  });

  it('fails a read at once that was cut off in flight', async () => {
    const { proxy, connection } = await setUp({ timeoutMs: never });
    proxy.stall();
    const get = connection.get('b', 'key');
    await eventually(() => expect(proxy.published).toHaveLength(1));
    proxy.cut();
    await expectKind('disconnected', get);
  });

  it('cancels a read at once', async () => {
    const { proxy, connection } = await setUp();
    const abort = new AbortController();
    proxy.stall();
    const get = connection.get('b', 'key', { signal: abort.signal });
    await eventually(() => expect(proxy.published).toHaveLength(1));
    abort.abort();
    await expectKind('cancelled', get);
  });

  it('dials at once when asked to, in the middle of a long wait', async () => {
    const { proxy, connection } = await setUp({ reconnectDelay: () => never });
    proxy.cut();
    await linkIs('reconnecting', connection);
    connection.reconnectNow();
    await linkIs('connected', connection);
  });

  it('counts the attempts since the link was lost', async () => {
    const { proxy, connection } = await setUp({ reconnectDelay: () => 1 });
    const states: LinkState[] = [];
    connection.state.onDidChange((state) => states.push(state));
    proxy.refuse();
    proxy.cut();
    await eventually(() => expect(states.length).toBeGreaterThan(3));
    const attempts = states.flatMap((state) =>
      state.kind === 'reconnecting' ? [state.attempt] : [],
    );
    expect(attempts.slice(0, 3)).toEqual([1, 2, 3]);
    const since = states.map((state) => state.kind === 'reconnecting' && state.since);
    expect(new Set(since).size).toBe(1);
  });

  it('tells of buckets that come after it', async () => {
    const { proxy, foreign, connection } = await setUp();
    const buckets: string[] = [];
    connection.onDidChangeBuckets(({ bucket }) => buckets.push(bucket));
    proxy.cut();
    await linkIs('reconnecting', connection);
    await linkIs('connected', connection);
    await connection.listBuckets();
    await foreign.createBucket({ name: 'later' });
    await eventually(() => expect(buckets).toEqual(['later']));
  });

  it('leaves no consumer behind after twenty reconnects', async () => {
    const { proxy, foreign, connection } = await setUp({ reconnectDelay: () => 0 });
    const { watch } = startWatch(connection, 1);
    for (let at = 0; at < 20; at++) {
      await isIn('live', watch);
      proxy.refuse();
      proxy.cut();
      await isIn('resuming', watch);
      await proxy.accept();
    }
    await isIn('live', watch);
    await eventually(async () => expect(await foreign.consumersOf('b')).toBe(1));
    watch.dispose();
    await eventually(async () => expect(await foreign.consumersOf('b')).toBe(0));
  });

  it('deletes the consumer of a watch that was disposed while the link was down', async () => {
    const { proxy, foreign, connection } = await setUp({ reconnectDelay: () => 10 });
    const { watch } = startWatch(connection, 1);
    await isIn('live', watch);
    proxy.refuse();
    proxy.cut();
    await isIn('resuming', watch);
    watch.dispose();
    await proxy.accept();
    await linkIs('connected', connection);
    await eventually(async () => expect(await foreign.consumersOf('b')).toBe(0));
  });

  it('leaves no consumer behind when it is closed', async () => {
    const { foreign, connection } = await setUp();
    const { watch } = startWatch(connection, 1);
    await isIn('live', watch);
    await connection.close();
    expect(await foreign.consumersOf('b')).toBe(0);
  });

  it('goes on when the credentials are rejected, says so, and comes back with those that are right', async () => {
    const config = (password: string) =>
      `authorization { users: [ { user: me, password: ${password} } ] }`;
    const system = await startSystem({
      config: config('first'),
      foreignAuth: { user: 'me', pass: 'first' },
    });
    let password = 'first';
    const connection = await system.connect({
      reconnectDelay: () => 1,
      credentials: () => Promise.resolve([{ kind: 'userPassword', user: 'me', password }]),
    });
    await writeFile(system.server.configFile, config('second'));
    process.kill(system.server.pid, 'SIGHUP');
    await eventually(() =>
      expect(connection.state.current).toMatchObject({
        kind: 'reconnecting',
        error: { kind: 'authFailed' },
      }),
    );
    await expectKind('disconnected', connection.listBuckets());
    password = 'second';
    await linkIs('connected', connection);
    expect(await connection.rtt()).toBeGreaterThan(0);
  });
});

async function setUp(options = {}) {
  const system = await startSystem();
  await system.foreign.createBucket({ name: 'b' });
  const connection = await system.connect(options);
  return { ...system, connection };
}
