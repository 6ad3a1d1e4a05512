import { describe, expect, it } from 'vitest';
import { KvError } from '../../src/kv/model/errors';
import { FakeKvConnection } from './fakeKvConnection';
import { describeKvConnection } from './contract/kvConnectionContract';

describeKvConnection('FakeKvConnection', (writeLock) => {
  const connection = new FakeKvConnection({ writeLock });
  return Promise.resolve({
    connection,
    foreign: {
      put: (bucket, key, value) => Promise.resolve(connection.foreignPut(bucket, key, value)),
      mark: (bucket, key, operation) =>
        Promise.resolve(connection.foreignMark(bucket, key, operation)),
      createBucket: (config) => Promise.resolve(connection.foreignCreateBucket(config)),
      describeBucket: (bucket, description) =>
        Promise.resolve(connection.foreignUpdateBucket(bucket, { description })),
      createMirror: (name, origin) => Promise.resolve(connection.foreignMirror(name, origin)),
      deleteBucket: (bucket) => Promise.resolve(connection.foreignDeleteBucket(bucket)),
    },
    cutLink: () => Promise.resolve(connection.goOffline()),
    restoreLink: () => Promise.resolve(connection.goOnline()),
    dispose: () => connection.close(),
  });
});

describe('FakeKvConnection controls', () => {
  const value = new TextEncoder().encode('x');

  async function setUp() {
    const connection = new FakeKvConnection({ batchSize: 2 });
    await connection.createBucket({ name: 'b' });
    return connection;
  }

  it('records the calls that reach the server', async () => {
    const connection = await setUp();
    await connection.get('b', 'key');
    await connection.put('b', 'key', value, { expected: 0 });
    expect(connection.calls).toEqual(['createBucket', 'get', 'put']);
  });

  it('fails the next call as told, once', async () => {
    const connection = await setUp();
    connection.failNext('get', new KvError('denied', 'no'));
    await expect(connection.get('b', 'key')).rejects.toMatchObject({ kind: 'denied' });
    expect(await connection.get('b', 'key')).toBeUndefined();
  });

  it.each([
    ['before', undefined],
    ['after', { revision: 1 }],
  ] as const)('loses the answer of a write %s it is stored', async (moment, stored) => {
    const connection = await setUp();
    connection.loseNextWrite(moment);
    const outcome = await connection.put('b', 'key', value, { expected: 0 });
    expect(outcome.kind).toBe('unknown');
    const entry = await connection.get('b', 'key');
    expect(entry && { revision: entry.revision }).toEqual(stored);
  });

  it('tells an expired key', async () => {
    const connection = await setUp();
    connection.foreignMark('b', 'key', 'EXPIRED');
    expect(await connection.get('b', 'key')).toMatchObject({ operation: 'EXPIRED' });
  });

  it('counts the watches that are open', async () => {
    const connection = await setUp();
    const watch = connection.watch('b', { from: 1 });
    expect(connection.openWatches).toBe(1);
    watch.dispose();
    expect(connection.openWatches).toBe(0);
  });

  it('lists in batches of the size given', async () => {
    const connection = await setUp();
    ['a', 'b', 'c'].forEach((key) => connection.foreignPut('b', key, 'x'));
    const sizes: number[] = [];
    for await (const batch of connection.list('b')) {
      sizes.push(batch.length);
    }
    expect(sizes).toEqual([2, 1]);
  });
});
