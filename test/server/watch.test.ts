import { StorageType } from 'nats';
import { describe, expect, it } from 'vitest';
import type { KeyInfo } from '../../src/kv/model/entry';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { byKey, bytes, isIn, listAll, startWatch } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import type { ForeignNats } from './foreignNats';
import { rawPublish } from './rawPublish';
import { startSystem } from './system';

describe('a watch', () => {
  it('agrees with a listing after hundreds of changes by another client', async () => {
    const { foreign, connection } = await setUp();
    const { watch, told } = startWatch(connection, 1);
    await isIn('live', watch);
    const last = await changeAtRandom(foreign, 300);
    await eventually(() => expect(watch.lastRevision).toBe(last));
    const latest = new Map(told.map((change) => [change.key, change]));
    expect(byKey([...latest.values()])).toEqual(byKey(await listAll(connection, 'b')));
    // Not all 300: a purge may drop a put that was not delivered yet.
    const inOrder = [...new Set(revisions(told))].toSorted((a, b) => a - b);
    expect(revisions(told)).toEqual(inOrder);
  });

  it('tells a burst in batches without losing anything', async () => {
    const { foreign, connection } = await setUp();
    const { watch, told } = startWatch(connection, 1);
    let batches = 0;
    watch.onDidChange(() => batches++);
    await isIn('live', watch);
    const puts = Array.from({ length: 5000 }, (_, at) => foreign.put('b', `k${at}`, 'x'));
    await Promise.all(puts);
    await eventually(() => expect(told).toHaveLength(5000));
    expect(new Set(revisions(told)).size).toBe(5000);
    expect(batches).toBeLessThan(5000);
  });

  describe.each([
    ['one revision', 1],
    ['several revisions', 5],
  ])('of a bucket that keeps %s of a key', (_, history) => {
    it.each([
      ['all keys', undefined],
      ['a part of them', ['k.*']],
      ['two parts of them', ['k.0', 'k.*.x']],
    ])('misses nothing of %s when a burst purges keys in between', async (_part, filters) => {
      const { foreign, connection } = await setUp({ history });
      for (let round = 0; round < 5; round++) {
        const watch = connection.watch('b', { from: 1, filters });
        const told = new Map<string, KeyInfo>();
        watch.onDidChange((changes) => changes.forEach((change) => told.set(change.key, change)));
        await isIn('live', watch);
        await purgeInABurst(foreign, 200);
        const listed = await listMatching(connection, filters);
        await eventually(() => expect(byKey([...told.values()])).toEqual(byKey(listed)));
        await isIn('live', watch);
        watch.dispose();
      }
    });
  });

  it('finds what a purge made its consumer pass over when nothing comes after it', async () => {
    const { foreign, connection } = await setUp({ history: 1 });
    const { watch, told } = startWatch(connection, 1);
    await isIn('live', watch);
    for (let round = 0; round < 20; round++) {
      const puts = Array.from({ length: 50 }, (_, at) => foreign.put('b', `k${at}`, 'x'));
      void foreign.api('STREAM.PURGE.KV_b', JSON.stringify({ filter: '$KV.b.k49' }));
      await Promise.all(puts);
    }
    const listed = byKey(await listAll(connection, 'b'));
    await eventually(() => {
      const latest = new Map(told.map((change) => [change.key, change]));
      expect(byKey([...latest.values()]).slice(0, 50)).toEqual(expect.arrayContaining(listed));
    });
  });

  it('leaves no consumer on the server when it is disposed', async () => {
    const { foreign, connection } = await setUp();
    const { watch } = startWatch(connection, 1);
    await isIn('live', watch);
    expect(await foreign.consumersOf('b')).toBe(1);
    watch.dispose();
    await eventually(async () => expect(await foreign.consumersOf('b')).toBe(0));
  });

  it('leaves no consumer when it is disposed before it was live', async () => {
    const { foreign, connection } = await setUp();
    const { watch } = startWatch(connection, 1);
    watch.dispose();
    await connection.rtt();
    await eventually(async () => expect(await foreign.consumersOf('b')).toBe(0));
  });

  it('goes on when its consumer vanishes from the server', async () => {
    const { foreign, connection } = await setUp();
    const { watch, told } = startWatch(connection, 1);
    await isIn('live', watch);
    for await (const { name } of foreign.jsm.consumers.list('KV_b')) {
      await foreign.jsm.consumers.delete('KV_b', name);
    }
    await foreign.put('b', 'key', 'x');
    await eventually(() => expect(told).toHaveLength(1));
    await isIn('live', watch);
  });

  it('is gone when the server lost the messages that were already told', async () => {
    const { server, foreign, connection } = await setUp();
    await foreign.jsm.streams.add({
      name: 'KV_memory',
      subjects: ['$KV.memory.>'],
      storage: StorageType.Memory,
    });
    await foreign.put('memory', 'key', 'x');
    const watch = connection.watch('memory', { from: 1 });
    await eventually(() => expect(watch.lastRevision).toBe(1));
    await server.restart();
    await isIn('gone', watch);
  });

  it('tells a change whose headers the client cannot decode', async () => {
    const { server, connection } = await setUp();
    const { watch, told } = startWatch(connection, 1);
    await isIn('live', watch);
    const headers = 'NATS/1.0\r\na name: with a space\r\n\r\n';
    await rawPublish(server.port, '$KV.b.broken', headers, 'value');
    await eventually(() => expect(told).toMatchObject([{ key: 'broken', revision: 1 }]));
    const entry = await connection.get('b', 'broken');
    expect(entry?.headers).toEqual([['a name', 'with a space']]);
    expect(await listAll(connection, 'b')).toMatchObject([{ key: 'broken', revision: 1 }]);
    expect(await connection.put('b', 'broken', bytes('ok'), { expected: 1 })).toMatchObject({
      kind: 'saved',
    });
  });

  it('tells an expired key as expired where the server leaves markers', async (test) => {
    const { foreign, connection } = await setUp();
    const created = await foreign.jsm.streams.add({
      name: 'KV_ttl',
      subjects: ['$KV.ttl.>'],
      allow_rollup_hdrs: true,
      allow_direct: true,
      max_age: 1e9,
      ...{ allow_msg_ttl: true, subject_delete_marker_ttl: 60e9 },
    });
    if (!('subject_delete_marker_ttl' in created.config)) {
      test.skip('this server leaves no markers');
    }
    const watch = connection.watch('ttl', { from: 1 });
    const told: KeyInfo[] = [];
    watch.onDidChange((changes) => told.push(...changes));
    await isIn('live', watch);
    await foreign.put('ttl', 'key', 'x');
    await eventually(() =>
      expect(told.map(({ operation }) => operation)).toEqual(['PUT', 'EXPIRED']),
    );
    expect(await connection.get('ttl', 'key')).toMatchObject({ operation: 'EXPIRED', size: 0 });
  });
});

async function setUp({ history = 5 } = {}) {
  const system = await startSystem();
  await system.foreign.createBucket({ name: 'b', history });
  const connection = await system.connect({ reconnectDelay: () => 20 });
  return { ...system, connection };
}

function revisions(told: readonly KeyInfo[]): number[] {
  return told.map(({ revision }) => revision);
}

/** Puts and purges, one sent right after the other. */
async function purgeInABurst(foreign: ForeignNats, count: number): Promise<void> {
  const writes: Promise<number>[] = [];
  for (let at = 0; at < count; at++) {
    const key = `k.${at % 7}`;
    writes.push(foreign.put('b', key, 'x'), foreign.put('b', `${key}.x`, 'x'));
    if (at % 11 === 0) {
      writes.push(foreign.mark('b', `k.${(at * 3) % 7}`, 'PURGE'));
    }
  }
  await Promise.all(writes);
}

async function listMatching(
  connection: KvConnection,
  filters: readonly string[] = ['>'],
): Promise<KeyInfo[]> {
  const listings = filters.map((filter) => listAll(connection, 'b', { filter }));
  return (await Promise.all(listings)).flat();
}

/** Puts, deletes and purges of twenty keys. Returns the last revision. */
async function changeAtRandom(foreign: ForeignNats, count: number): Promise<number> {
  let last = 0;
  for (let at = 0; at < count; at++) {
    const key = `k${(at * 7919) % 20}`;
    const kind = (at * 104_729) % 5;
    last =
      kind < 3
        ? await foreign.put('b', key, 'x'.repeat(at % 30))
        : await foreign.mark('b', key, kind === 3 ? 'DEL' : 'PURGE');
  }
  return last;
}
