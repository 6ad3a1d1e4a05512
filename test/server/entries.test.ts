import { describe, expect, it } from 'vitest';
import { messageOf } from '../../src/kv/model/errors';
import { resolveWrite } from '../../src/kv/operations/resolveWrite';
import { bytes, expectKind, text } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import { rawPublish } from './rawPublish';
import { linkIs, never, startSystem } from './system';

const undecodable = 'NATS/1.0\r\nbad name: x\r\n\r\n';

describe('reading many keys', () => {
  it('takes as many requests as there are batches, or keys', async () => {
    const { connection, foreign, proxy } = await setUp();
    const keys = Array.from({ length: 1500 }, (_, at) => `k${at}`);
    await Promise.all(keys.map((key) => foreign.put('b', key, key)));
    await connection.getMany('b', ['k1', 'k2']);
    proxy.reset();
    const entries = await connection.getMany('b', keys.toReversed());
    expect(entries.map((entry) => text(entry?.value))).toEqual(keys.toReversed());
    const hasBatches = proxy.published.every((subject) => subject === '$JS.API.DIRECT.GET.KV_b');
    expect(proxy.published).toHaveLength(hasBatches ? 2 : 1500);
  });

  it('reads more bytes than one page holds', async () => {
    const { connection, foreign } = await setUp();
    const value = new Uint8Array(900_000).fill(7);
    const keys = Array.from({ length: 30 }, (_, at) => `k${at}`);
    for (const key of keys) {
      await foreign.js.publish(`$KV.b.${key}`, value);
    }
    const entries = await connection.getMany('b', [...keys, 'missing']);
    expect(entries.map((entry) => entry?.size)).toEqual([...keys.map(() => 900_000), undefined]);
  });

  it('reads those whose headers cannot be decoded', async () => {
    const { server, connection, foreign } = await setUp();
    await foreign.put('b', 'before', '1');
    await rawPublish(server.port, '$KV.b.odd', undecodable, '2');
    await foreign.put('b', 'after', '3');
    const entries = await connection.getMany('b', ['before', 'odd', 'missing', 'after']);
    expect(entries.map((entry) => entry && text(entry.value))).toEqual(['1', '2', undefined, '3']);
    expect(await connection.history('b', 'odd')).toMatchObject([{ key: 'odd', size: 1 }]);
    expect(await connection.getRevision('b', 'odd', 2)).toMatchObject({ key: 'odd', size: 1 });
  });

  it('reads them from the leader where the bucket has no direct gets', async () => {
    const { connection, foreign } = await setUp();
    await foreign.jsm.streams.add({ name: 'KV_old', subjects: ['$KV.old.>'] });
    await foreign.put('old', 'a', '1');
    const entries = await connection.getMany('old', ['x', 'a']);
    expect(entries.map((entry) => entry?.key)).toEqual([undefined, 'a']);
    expect(await connection.getRevision('old', 'a', 1)).toMatchObject({ revision: 1 });
    expect(await connection.getRevision('old', 'x', 1)).toBeUndefined();
  });
});

describe('a bucket whose direct gets were turned off behind a cached look-up', () => {
  it.each(['get', 'getMany', 'getRevision'] as const)(
    'is read by %s long before a timeout',
    async (call) => {
      const system = await startSystem({ config: deaf, foreignAuth: { user: 'admin', pass: 'a' } });
      const connection = await system.connect({
        timeoutMs: never,
        credentials: () => Promise.resolve([{ kind: 'userPassword', user: 'deaf', password: 'd' }]),
      });
      await system.foreign.createBucket({ name: 'b' });
      await system.foreign.put('b', 'key', 'x');
      await connection.bucketStatus('b');
      await system.foreign.jsm.streams.update('KV_b', { allow_direct: false });
      const calls = {
        get: async () => [await connection.get('b', 'key')],
        getMany: () => connection.getMany('b', ['key', 'other']),
        getRevision: async () => [await connection.getRevision('b', 'key', 1)],
      };
      expect((await calls[call]())[0]).toMatchObject({ revision: 1 });
    },
  );
});

describe('the history of a key', () => {
  it('is whole when it is long and its values are large', async () => {
    const { connection, foreign } = await setUp(64);
    const value = new Uint8Array(500_000);
    for (let count = 0; count < 64; count++) {
      value[0] = count;
      await foreign.js.publish('$KV.b.key', value);
    }
    const history = await connection.history('b', 'key');
    expect(history.map(({ value: [first] }) => first)).toEqual(Array.from(Array(64).keys()));
  });

  it('leaves no consumer behind, however it ends', async () => {
    const { connection, foreign } = await setUp(64);
    await foreign.put('b', 'key', 'x');
    await connection.history('b', 'key');
    await connection.history('b', 'other');
    const abort = new AbortController();
    const reading = connection.history('b', 'key', { signal: abort.signal });
    abort.abort();
    await expectKind('cancelled', reading);
    await eventually(async () => expect(await foreign.consumersOf('b')).toBe(0));
  });

  it('is a state that the key was in, while it is written all the time', async () => {
    const { connection, foreign } = await setUp(10);
    let writing = true;
    const writer = (async () => {
      for (let count = 0; writing; count++) {
        await foreign.put('b', 'key', String(count));
      }
    })();
    for (let count = 0; count < 30; count++) {
      const numbers = (await connection.history('b', 'key')).map(({ value }) =>
        Number(text(value)),
      );
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      expect(new Set(numbers).size).toBe(numbers.length);
    }
    writing = false;
    await writer;
  });

  it('ends when its tail vanishes on the way', async () => {
    const { connection, foreign } = await setUp(64);
    for (let round = 0; round < 20; round++) {
      for (let count = 0; count < 40; count++) {
        await foreign.put('b', 'key', String(count));
      }
      const reading = connection.history('b', 'key');
      await foreign.jsm.streams.purge('KV_b');
      expect((await reading).length).toBeLessThanOrEqual(40);
    }
  });
});

describe('a write that was not answered', () => {
  it.each(['stored', 'lost'])(
    'is found out about after a reconnect when it was %s',
    async (end) => {
      const { connection, foreign, proxy } = await setUp();
      const expected = await foreign.put('b', 'key', 'before');
      await connection.get('b', 'key');
      proxy.stall();
      const writing = connection.put('b', 'key', bytes('mine'), { expected });
      proxy.cut();
      const outcome = await writing;
      expect(outcome.kind).toBe('unknown');
      // What the proxy held back never comes; in its place the same write arrives, or does not.
      const stored = end === 'stored' ? await foreign.put('b', 'key', 'mine') : undefined;
      proxy.reset();
      const told = await resolveWrite(
        connection,
        'b',
        'key',
        { value: bytes('mine') },
        { expected },
      );
      expect(told).toEqual(
        stored === undefined ? { kind: 'notWritten' } : { kind: 'saved', revision: stored },
      );
      await linkIs('connected', connection);
    },
  );
});

describe('a bucket with a limit on its values', () => {
  it('refuses a larger one before it is sent, naming both sizes', async () => {
    const { connection, proxy } = await setUp();
    await connection.createBucket({ name: 'small', maxValueSize: 200 });
    proxy.reset();
    const put = (size: number) =>
      connection.put('small', 'key', new Uint8Array(size), { expected: 0 });
    await expect(put(300)).rejects.toThrow(/300 bytes, the bucket takes at most 1\d\d/);
    expect(proxy.published).toEqual(['$JS.API.STREAM.INFO.KV_small']);
  });

  it('takes one of exactly the size that it names, and names it after the wire too', async () => {
    const { foreign, connection } = await setUp();
    await foreign.jsm.streams.add({
      name: 'KV_small',
      subjects: ['$KV.small.>'],
      max_msg_size: 200,
    });
    const put = (size: number) =>
      connection.put('small', 'key', new Uint8Array(size), { expected: 0 });
    await expect(put(300)).rejects.toThrow(/at most 200 bytes with the headers \(max_msg_size\)/);
    await connection.bucketStatus('small');
    const error: unknown = await put(300).catch((reason: unknown) => reason);
    const limit = Number(/at most (\d+)/.exec(messageOf(error))?.[1]);
    await expectKind('tooLarge', put(limit + 1));
    expect(await put(limit)).toEqual({ kind: 'saved', revision: 1 });
  });

  it('takes a larger one as soon as the limit was raised', async () => {
    const { foreign, connection } = await setUp();
    await connection.createBucket({ name: 'small', maxValueSize: 200 });
    await foreign.jsm.streams.update('KV_small', { max_msg_size: 1000 });
    const put = connection.put('small', 'key', new Uint8Array(300), { expected: 0 });
    expect(await put).toEqual({ kind: 'saved', revision: 1 });
  });
});

describe('a bucket that takes no purges', () => {
  it('tells so', async () => {
    const { foreign, connection } = await setUp();
    await foreign.jsm.streams.add({ name: 'KV_no', subjects: ['$KV.no.>'] });
    const purge = connection.purge('no', 'key', { expected: 0 });
    await expect(purge).rejects.toThrow(/does not let keys be purged/);
    await expectKind('unsupported', connection.purge('no', 'key', { expected: 0 }));
  });
});

const deaf = `
authorization {
  users: [
    { user: admin, password: a }
    { user: deaf, password: d, permissions: { publish: [ ">" ], subscribe: [ "_INBOX.>" ] } }
  ]
}`;

async function setUp(history = 5) {
  const system = await startSystem();
  await system.foreign.createBucket({ name: 'b', history });
  return { ...system, connection: await system.connect() };
}
