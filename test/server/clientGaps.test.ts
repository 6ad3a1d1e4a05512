import { headers as newHeaders } from 'nats';
import { describe, expect, it } from 'vitest';
import { createEntry } from '../../src/kv/operations/createEntry';
import { isLive } from '../../src/kv/model/entry';
import type { ConnectOptions } from '../../src/kv/nats/link/connectOptions';
import { bytes, expectKind, isIn, listAll, startWatch, text } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import type { ForeignNats } from './foreignNats';
import { isServerAtLeast } from './serverVersion';
import { linkIs, never, startSystem } from './system';

/** Each row of KV-PROTOCOL.md section 2 that concerns keys, as what this library does instead. */
describe('where the KV client of the nats package falls short, this library', () => {
  it('row 1: never creates a bucket by using it', async () => {
    const { connection, foreign } = await setUp();
    await expectKind('notFound', connection.get('missing', 'key'));
    await expectKind('notFound', connection.put('missing', 'key', bytes('x'), { expected: 0 }));
    await expectKind('notFound', connection.history('missing', 'key'));
    await expectKind('notFound', listAll(connection, 'missing'));
    expect(await foreign.jsm.streams.names().next()).toEqual(['KV_b']);
  });

  it('row 2: reads a bucket without direct gets and a mirror as they are', async () => {
    const { connection, foreign } = await setUp();
    await foreign.jsm.streams.add({ name: 'KV_old', subjects: ['$KV.old.>'] });
    const revision = await foreign.put('old', 'key', 'x');
    expect(await connection.get('old', 'key')).toMatchObject({ revision });
    await foreign.createMirror('copy', 'b');
    await foreign.put('b', 'key', 'y');
    await eventually(async () => {
      expect(text((await connection.get('copy', 'key'))?.value)).toBe('y');
    });
    expect(await connection.history('copy', 'key')).toHaveLength(1);
    expect(await connection.getMany('copy', ['key', 'no'])).toMatchObject([
      { revision: 1 },
      undefined,
    ]);
  });

  it('row 3: tells a missing bucket from a missing key, without a timeout', async () => {
    const { connection, foreign } = await setUp({ timeoutMs: never });
    expect(await connection.get('b', 'missing')).toBeUndefined();
    await foreign.deleteBucket('b');
    await expectKind('notFound', connection.get('b', 'missing'));
  });

  it('row 4: tells an expired key from an empty value, lists it as expired, creates it again', async () => {
    const { connection, foreign } = await setUp();
    await foreign.put('b', 'empty', '');
    const marker = await publishMarker(foreign, 'key');
    expect(await connection.get('b', 'key')).toMatchObject({ operation: 'EXPIRED' });
    expect(await connection.get('b', 'empty')).toMatchObject({ operation: 'PUT', size: 0 });
    const listed = await listAll(connection, 'b');
    expect(listed.filter(isLive).map(({ key }) => key)).toEqual(['empty']);
    const { watch, told } = startWatch(connection, 1);
    await eventually(() => expect(told.map((each) => each.operation)).toEqual(['PUT', 'EXPIRED']));
    watch.dispose();
    const outcome = await createEntry(connection, 'b', 'key', bytes('x'));
    expect(outcome).toEqual({ kind: 'saved', revision: marker + 1 });
  });

  it('row 5: lets one of many who create the same key win, and tells the others', async () => {
    const { connection, foreign } = await setUp();
    await foreign.mark('b', 'key', 'DEL');
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, at) => createEntry(connection, 'b', 'key', bytes(`${at}`))),
    );
    const saved = outcomes.filter(({ kind }) => kind === 'saved');
    const conflicts = outcomes.filter(({ kind }) => kind === 'conflict');
    expect([saved.length, conflicts.length]).toEqual([1, 19]);
    expect(await connection.history('b', 'key')).toHaveLength(2);
  });

  it('row 6: creates and purges with a TTL where the bucket has them, and tells where it has not', async () => {
    const { connection } = await setUp();
    const ttl = 60_000;
    await expectKind('unsupported', createEntry(connection, 'b', 'key', bytes('x'), { ttl }));
    await expectKind('unsupported', connection.purge('b', 'key', { expected: 0, ttl }));
    const made = connection.createBucket({ name: 't', markerTtl: 1000 });
    if ((await made.catch(() => undefined))?.allowTtl) {
      await createEntry(connection, 't', 'key', bytes('x'), { ttl });
      expect((await connection.get('t', 'key'))?.headers).toContainEqual(['Nats-TTL', '60']);
      await connection.purge('t', 'key', { expected: 1, ttl });
      expect((await connection.get('t', 'key'))?.headers).toContainEqual(['Nats-TTL', '60']);
    }
  });

  it('row 7: reads on past empty values and markers in a batch', async () => {
    const { connection, foreign } = await setUp();
    await foreign.put('b', 'a', '');
    await foreign.mark('b', 'c', 'DEL');
    await foreign.put('b', 'd', 'x');
    const entries = await connection.getMany('b', ['a', 'c', 'd']);
    expect(entries.map((entry) => entry?.operation)).toEqual(['PUT', 'DEL', 'PUT']);
  });

  it('row 8: waits for a batch as long as messages come, however slow the link', async () => {
    const { connection, foreign, proxy } = await setUp();
    await foreign.put('b', 'a', '1');
    await foreign.put('b', 'c', '2');
    await connection.getMany('b', ['a', 'c']);
    proxy.delay(700);
    const entries = await connection.getMany('b', ['a', 'c']);
    proxy.reset();
    expect(entries.map((entry) => text(entry?.value))).toEqual(['1', '2']);
  });

  it('rows 9, 10 and 16: lists live keys without DEL and PURGE, and ends when a DEL is the last message', async () => {
    const { connection, foreign } = await setUp();
    await foreign.put('b', 'z', 'x');
    await foreign.put('b', 'a', 'x');
    await foreign.mark('b', 'purged', 'PURGE');
    await foreign.mark('b', 'deleted', 'DEL');
    const live = (await listAll(connection, 'b')).filter(isLive).map(({ key }) => key);
    expect(live.toSorted()).toEqual(['a', 'z']);
  });

  it('row 12: goes on watching within a moment of a restart of the server, nothing twice', async () => {
    const { connection, foreign, server } = await setUp();
    await foreign.put('b', 'before', 'x');
    const { watch, told } = startWatch(connection, 2);
    await isIn('live', watch);
    await server.restart();
    await linkIs('connected', connection);
    await eventually(() => foreign.put('b', 'after', 'x'));
    await eventually(() => expect(told.map(({ key }) => key)).toEqual(['after']));
    watch.dispose();
  });

  it('row 13: notices at once that the bucket of a watch was deleted', async () => {
    const { connection, foreign } = await setUp();
    const { watch } = startWatch(connection, 1);
    await isIn('live', watch);
    const states: string[] = [];
    watch.state.onDidChange(({ kind }) => states.push(kind));
    await foreign.deleteBucket('b');
    await isIn('gone', watch);
    // It knew, and did not find out once its consumer was lost, which takes two heartbeats. Server 2.9 loses
    // what it tells of deletions now and then.
    expect(isServerAtLeast('2.10') ? states : states.slice(-1)).toEqual(['gone']);
    watch.dispose();
  });

  it.each(['a..b', 'a b', 'a\tb', 'a\nb', '.a', 'a.', 'a.*', '>'])(
    'rows 17, 19 and 23: refuses the key %j in every call before anything is sent',
    async (key) => {
      const { connection, proxy } = await setUp();
      proxy.reset();
      const value = bytes('x');
      await expectKind('invalidKey', connection.get('b', key));
      await expectKind('invalidKey', connection.getRevision('b', key, 1));
      await expectKind('invalidKey', connection.getMany('b', ['fine', key]));
      await expectKind('invalidKey', connection.history('b', key));
      await expectKind('invalidKey', connection.put('b', key, value, { expected: 0 }));
      await expectKind('invalidKey', connection.delete('b', key, { expected: 0 }));
      await expectKind('invalidKey', connection.purge('b', key, { expected: 0 }));
      expect(proxy.published).toEqual([]);
    },
  );

  it.each(['foo:bar', '/', 'kľúč', 'a*b', '_kv'])(
    'row 18: reads, changes and deletes the key %j of another client',
    async (key) => {
      const { connection, foreign } = await setUp();
      const revision = await foreign.put('b', key, 'x');
      expect((await listAll(connection, 'b')).map((info) => info.key)).toEqual([key]);
      expect(await connection.get('b', key)).toMatchObject({ key, revision });
      expect(await connection.history('b', key)).toHaveLength(1);
      await connection.put('b', key, bytes('y'), { expected: revision });
      await connection.delete('b', key, { expected: revision + 1 });
      expect(await connection.purge('b', key, { expected: revision + 2 })).toMatchObject({
        kind: 'saved',
      });
    },
  );

  it('row 20: gives keys and values as they are stored, decoding nothing', async () => {
    const { connection, foreign } = await setUp();
    const [key, value] = ['a2V5', 'dmFsdWU='];
    await foreign.put('b', key, value);
    expect((await listAll(connection, 'b'))[0]?.key).toBe(key);
    expect(text((await connection.get('b', key))?.value)).toBe(value);
  });

  it('row 22: compacts markers of every kind', async () => {
    const { connection, foreign } = await setUp();
    await foreign.put('b', 'live', 'x');
    await foreign.mark('b', 'deleted', 'DEL');
    await foreign.mark('b', 'purged:odd', 'PURGE');
    await publishMarker(foreign, 'expired');
    await connection.compact('b', { olderThanMs: 0 });
    expect((await listAll(connection, 'b')).map(({ key }) => key)).toEqual(['live']);
  });

  it('row 26: makes buckets of 64 revisions at most, whose messages only a purge removes', async () => {
    const { connection, foreign } = await setUp();
    await expectKind('invalidConfig', connection.createBucket({ name: 'c', history: 65 }));
    await connection.createBucket({ name: 'c', history: 64 });
    const { config } = await foreign.jsm.streams.info('KV_c');
    expect(config).toMatchObject({ max_msgs_per_subject: 64, deny_delete: true });
  });

  it('row 28: refuses to write while disconnected, and never sends it later', async () => {
    const { connection, proxy, foreign } = await setUp({ timeoutMs: never });
    proxy.refuse();
    proxy.cut();
    await linkIs('reconnecting', connection);
    const write = { expected: 0 };
    await expectKind('disconnected', connection.put('b', 'key', bytes('x'), write));
    await expectKind('disconnected', connection.delete('b', 'key', write));
    await expectKind('disconnected', connection.purge('b', 'key', write));
    await expectKind('disconnected', createEntry(connection, 'b', 'key', bytes('x')));
    await proxy.accept();
    connection.reconnectNow();
    await linkIs('connected', connection);
    await connection.rtt();
    expect((await foreign.jsm.streams.info('KV_b')).state.last_seq).toBe(0);
  });
});

/** Leaves what server 2.11 leaves when a key expires. */
async function publishMarker(foreign: ForeignNats, key: string): Promise<number> {
  const headers = newHeaders();
  headers.set('Nats-Marker-Reason', 'MaxAge');
  return (await foreign.js.publish(`$KV.b.${key}`, '', { headers })).seq;
}

async function setUp(options: Partial<ConnectOptions> = {}) {
  const system = await startSystem();
  await system.foreign.createBucket({ name: 'b', history: 5 });
  return { ...system, connection: await system.connect(options) };
}
