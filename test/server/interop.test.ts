import type { KV, KvEntry } from 'nats';
import { describe, expect, it } from 'vitest';
import { createEntry } from '../../src/kv/operations/createEntry';
import { isLive } from '../../src/kv/model/entry';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { bytes, isIn, listAll, startWatch, text } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import { startSystem } from './system';

describe('together with the KV client of the nats package', () => {
  it('reads what it wrote', async () => {
    const { connection, kv } = await setUp();
    const revision = await kv.put('key', 'value');
    expect(await connection.get('b', 'key')).toMatchObject({ revision, operation: 'PUT' });
    expect(text((await connection.get('b', 'key'))?.value)).toBe('value');
    await kv.delete('key');
    expect(await connection.get('b', 'key')).toMatchObject({ operation: 'DEL', size: 0 });
    await kv.create('key', 'again');
    await kv.purge('key');
    expect(await connection.get('b', 'key')).toMatchObject({ operation: 'PURGE', size: 0 });
    expect(await connection.history('b', 'key')).toMatchObject([{ operation: 'PURGE' }]);
  });

  it('writes what it reads', async () => {
    const { connection, kv } = await setUp();
    await createEntry(connection, 'b', 'key', bytes('value'));
    expect(shown(await kv.get('key'))).toEqual(['PUT', 1, 'value']);
    await connection.delete('b', 'key', { expected: 1 });
    expect(shown(await kv.get('key'))).toEqual(['DEL', 2, '']);
    await createEntry(connection, 'b', 'key', bytes('again'));
    await connection.purge('b', 'key', { expected: 3 });
    expect(shown(await kv.get('key'))).toEqual(['PURGE', 4, '']);
    expect(await collect(await kv.history({ key: 'key' }))).toEqual([['PURGE', 4, '']]);
  });

  it('shares the compare-and-swap, both ways', async () => {
    const { connection, kv } = await setUp();
    const first = await kv.create('key', 'one');
    const ours = await connection.put('b', 'key', bytes('two'), { expected: first });
    expect(ours).toEqual({ kind: 'saved', revision: 2 });
    await expect(kv.update('key', 'stale', first)).rejects.toThrow(/wrong last sequence/);
    const theirs = await kv.update('key', 'three', 2);
    expect(await connection.put('b', 'key', bytes('stale'), { expected: 2 })).toEqual({
      kind: 'conflict',
      revision: theirs,
    });
    expect(await createEntry(connection, 'b', 'key', bytes('x'))).toEqual({
      kind: 'conflict',
      revision: theirs,
    });
    await expect(kv.create('key', 'x')).rejects.toThrow(/wrong last sequence/);
  });

  it('tells the same keys and history', async () => {
    const { connection, kv } = await setUp();
    for (const key of ['a', 'a.b', 'c/d', 'e=f']) {
      await kv.put(key, 'x');
      await connection.put('b', key, bytes('y'), { expected: 'any' });
    }
    await kv.delete('a');
    await connection.delete('b', 'a.b', { expected: 'any' });
    const theirs = await collectKeys(await kv.keys());
    const ours = (await listAll(connection, 'b')).filter(isLive).map(({ key }) => key);
    expect(ours.toSorted()).toEqual(theirs.toSorted());
    const history = (await connection.history('b', 'a')).map((entry) => [
      entry.operation,
      entry.revision,
      text(entry.value),
    ]);
    expect(history).toEqual(await collect(await kv.history({ key: 'a' })));
    expect(history).toHaveLength(3);
  });

  it('watches what it writes, and is watched', async () => {
    const { connection, kv } = await setUp();
    const { watch, told } = startWatch(connection, 1);
    // The purge below removes a message that a watch which starts later would not tell.
    await isIn('live', watch);
    const seen: unknown[] = [];
    const theirs = await kv.watch();
    void (async () => {
      for await (const entry of theirs) {
        seen.push(shown(entry));
      }
    })();
    await kv.put('theirs', 'x');
    await connection.put('b', 'ours', bytes('y'), { expected: 0 });
    await connection.purge('b', 'ours', { expected: 2 });
    await eventually(() => expect(told.map(({ operation }) => operation)).toHaveLength(3));
    await eventually(() =>
      expect(seen).toEqual([
        ['PUT', 1, 'x'],
        ['PUT', 2, 'y'],
        ['PURGE', 3, ''],
      ]),
    );
    theirs.stop();
    watch.dispose();
  });

  it('uses a bucket that it made', async () => {
    const { connection, foreign } = await setUp();
    const kv = await foreign.js.views.kv('theirs', { history: 3 });
    await kv.put('key', 'x');
    expect(await connection.bucketStatus('theirs')).toMatchObject({ history: 3, values: 1 });
    await connection.put('theirs', 'key', bytes('y'), { expected: 1 });
    expect(shown(await kv.get('key'))).toEqual(['PUT', 2, 'y']);
  });
});

function shown(entry: KvEntry | null): [string, number, string] | null {
  return entry && [entry.operation, entry.revision, entry.string()];
}

async function collect(entries: AsyncIterable<KvEntry>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const entry of entries) {
    found.push(shown(entry));
  }
  return found;
}

async function collectKeys(keys: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const key of keys) {
    found.push(key);
  }
  return found;
}

/** A bucket of ours, with both clients on it. */
async function setUp(): Promise<{
  connection: KvConnection;
  kv: KV;
  foreign: Awaited<ReturnType<typeof startSystem>>['foreign'];
}> {
  const system = await startSystem();
  const { foreign } = system;
  const connection = await system.connect();
  await connection.createBucket({ name: 'b', history: 5 });
  const kv = await foreign.js.views.kv('b', { bindOnly: true, allow_direct: true });
  return { connection, kv, foreign };
}
