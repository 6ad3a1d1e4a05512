import { describe, expect, it } from 'vitest';
import type { ConnectOptions } from '../../src/kv/nats/link/connectOptions';
import { bytes, isIn, listAll, startWatch } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import { rejection } from './rejection';
import { never, startSystem, type Transport, transports } from './system';

describe.each(transports)('over %s', (transport) => {
  describe('a user who may not list streams', () => {
    it('opens a bucket by its name, reads, watches and lists it', async () => {
      const { connection, foreign } = await setUp(transport, 'opener');
      const revision = await foreign.put('b', 'one', 'x');
      expect(await connection.bucketStatus('b')).toMatchObject({
        name: 'b',
        lastRevision: revision,
      });
      expect(await connection.get('b', 'one')).toMatchObject({ revision });
      expect(await listAll(connection, 'b')).toMatchObject([{ key: 'one', revision }]);
      const { watch, told } = startWatch(connection, 1);
      await isIn('live', watch);
      await eventually(() => expect(told).toMatchObject([{ key: 'one' }]));
      expect(await deniedFor(connection.listBuckets())).toBe(
        'this user may not publish to "$JS.API.STREAM.LIST"',
      );
    });
  });

  describe('a user who may create consumers only by the subject of older clients', () => {
    it('watches and lists, with consumers that have our names all the same', async () => {
      const { connection, foreign } = await setUp(transport, 'asBefore');
      const revision = await foreign.put('b', 'one', 'x');
      expect(await listAll(connection, 'b')).toMatchObject([{ key: 'one', revision }]);
      const { watch, told } = startWatch(connection, 1);
      await isIn('live', watch);
      await eventually(() => expect(told).toMatchObject([{ key: 'one' }]));
      await eventually(async () => {
        const [consumer, ...others] = await foreign.jsm.consumers.list('KV_b').next();
        expect(others).toEqual([]);
        expect(consumer?.name).toMatch(/^natskv-[\w-]{8}$/);
        // Server 2.9 keeps no metadata.
        expect([undefined, 'nats-kv-explorer']).toContain(consumer?.config.metadata?.['client']);
      });
      watch.dispose();
    });
  });

  describe('a user who may read one key', () => {
    it('reads it, and is told what is denied', async () => {
      const { connection, foreign } = await setUp(transport, 'oneKey');
      const revision = await foreign.put('b', 'one', 'x');
      expect(await connection.get('b', 'one')).toMatchObject({ revision, value: bytes('x') });
      const cases: [() => Promise<unknown>, string][] = [
        [() => connection.get('b', 'two'), '$JS.API.DIRECT.GET.KV_b.$KV.b.two'],
        [() => connection.bucketStatus('b'), '$JS.API.STREAM.INFO.KV_b'],
        [() => connection.put('b', 'one', bytes('y'), { expected: 1 }), '$KV.b.one'],
      ];
      for (const [send, subject] of cases) {
        expect(await deniedFor(send())).toBe(`this user may not publish to "${subject}"`);
      }
      expect(await deniedFor(listAll(connection, 'b'))).toContain('"$JS.API.CONSUMER.CREATE.KV_b.');
      const { watch } = startWatch(connection, 1);
      await isIn('failed', watch);
      const { current } = watch.state;
      expect(current.kind === 'failed' && current.error.message).toContain('CONSUMER.CREATE.KV_b');
    });

    it('gets nothing of a bucket without direct gets but the reason', async () => {
      // Server 2.9 answers nothing at all, so that the reason is the time that it took.
      const { connection, foreign } = await setUp(transport, 'oneKey', { timeoutMs: 3_000 });
      await foreign.jsm.streams.update('KV_b', { allow_direct: false });
      const get = connection.get('b', 'one');
      await expect(get).rejects.toMatchObject({ name: 'KvError' });
    });
  });

  describe('a user who may see one part of a bucket', () => {
    it('lists that part', async () => {
      const { connection, foreign } = await setUp(transport, 'oneTree');
      await foreign.put('b', 'mine.1', 'x');
      await foreign.put('b', 'other.1', 'x');
      expect(await listAll(connection, 'b', { filter: 'mine.>' })).toMatchObject([
        { key: 'mine.1' },
      ]);
      expect(await deniedFor(listAll(connection, 'b'))).toMatch(
        /CONSUMER\.CREATE\.KV_b\..*\$KV\.b\.>/,
      );
      expect(await deniedFor(listAll(connection, 'b', { filter: 'other.>' }))).toContain(
        '$KV.b.other.>',
      );
    });
  });

  describe('a user who may watch one part of a bucket', () => {
    it('is told of that part, and why not of more', async () => {
      const { connection, foreign } = await setUp(transport, 'oneTree');
      const watch = connection.watch('b', { from: 1, filters: ['mine.>'] });
      const told: string[] = [];
      watch.onDidChange((changes) => told.push(...changes.map(({ key }) => key)));
      await isIn('live', watch);
      await foreign.put('b', 'other.1', 'x');
      await foreign.put('b', 'mine.1', 'x');
      await eventually(() => expect(told).toEqual(['mine.1']));
      for (const filters of [['other.>'], undefined]) {
        const refused = connection.watch('b', { from: 1, filters });
        await isIn('failed', refused);
        const { current } = refused.state;
        const error = current.kind === 'failed' ? current.error : undefined;
        expect(error?.kind).toBe('denied');
        expect(error?.message).toContain(`$KV.b.${filters?.[0] ?? '>'}"`);
      }
    });
  });

  describe('a user who may only read', () => {
    it('is refused every write at once, naming the subject', async () => {
      const { connection, foreign } = await setUp(transport, 'readOnly');
      await foreign.put('b', 'one', 'x');
      expect(await connection.listBuckets()).toHaveLength(1);
      expect(await connection.get('b', 'one')).toMatchObject({ value: bytes('x') });
      const cases: [() => Promise<unknown>, string][] = [
        [() => connection.put('b', 'one', bytes('y'), { expected: 1 }), '$KV.b.one'],
        [() => connection.delete('b', 'one', { expected: 1 }), '$KV.b.one'],
        [() => connection.createBucket({ name: 'c' }), '$JS.API.STREAM.CREATE.KV_c'],
        [() => connection.updateBucket('b', { history: 2 }), '$JS.API.STREAM.UPDATE.KV_b'],
        [() => connection.deleteBucket('b'), '$JS.API.STREAM.DELETE.KV_b'],
      ];
      for (const [send, subject] of cases) {
        expect(await deniedFor(send())).toBe(`this user may not publish to "${subject}"`);
      }
      await foreign.mark('b', 'one', 'DEL');
      expect(await deniedFor(connection.compact('b', { olderThanMs: 0 }))).toBe(
        'this user may not publish to "$JS.API.STREAM.PURGE.KV_b"',
      );
      expect(await connection.get('b', 'one')).toMatchObject({ operation: 'DEL' });
    });

    it.each(['kľúč', 'a"b', 'a\\b', 'a\\"b', '🔑', 'a\u00a0b'])(
      'is refused to write the key %j at once too',
      async (key) => {
        const { connection } = await setUp(transport, 'readOnly');
        const put = connection.put('b', key, bytes('y'), { expected: 0 });
        expect(await deniedFor(put)).toBe(`this user may not publish to "$KV.b.${key}"`);
      },
    );

    it('keeps what is in flight apart from what is denied', async () => {
      const { connection } = await setUp(transport, 'readOnly');
      const gets = Array.from({ length: 20 }, (_, at) => connection.get('b', `key${at}`));
      const puts = Array.from({ length: 20 }, (_, at) =>
        deniedFor(connection.put('b', `key${at}`, bytes('x'), { expected: 0 })),
      );
      expect(await Promise.all(gets)).toEqual(gets.map(() => undefined));
      expect(await Promise.all(puts)).toEqual(
        puts.map((_, at) => `this user may not publish to "$KV.b.key${at}"`),
      );
    });
  });
});

const users = `
authorization {
  users: [
    { user: admin, password: admin }
    {
      user: opener, password: opener
      permissions: {
        publish: [
          "$JS.API.STREAM.INFO.KV_b"
          "$JS.API.DIRECT.GET.KV_b.>"
          "$JS.API.CONSUMER.*.KV_b.>"
          "$JS.FC.>"
        ]
        subscribe: [ "_INBOX.>" ]
      }
    }
    {
      user: asBefore, password: asBefore
      permissions: {
        publish: [
          "$JS.API.STREAM.INFO.KV_b"
          "$JS.API.DIRECT.GET.KV_b.>"
          "$JS.API.CONSUMER.CREATE.KV_b"
          "$JS.API.CONSUMER.DELETE.KV_b.*"
          "$JS.FC.>"
        ]
        subscribe: [ "_INBOX.>" ]
      }
    }
    {
      user: oneKey, password: oneKey
      permissions: {
        publish: [ "$JS.API.DIRECT.GET.KV_b.$KV.b.one" ]
        subscribe: [ "_INBOX.>" ]
      }
    }
    {
      user: oneTree, password: oneTree
      permissions: {
        publish: [
          "$JS.API.CONSUMER.CREATE.KV_b.*.$KV.b.mine.>"
          "$JS.API.CONSUMER.DELETE.KV_b.*"
          "$JS.FC.>"
        ]
        subscribe: [ "_INBOX.>" ]
      }
    }
    {
      user: readOnly, password: readOnly
      permissions: {
        publish: {
          allow: [ "$JS.API.>", "$JS.FC.>" ]
          deny: [
            "$JS.API.STREAM.CREATE.>", "$JS.API.STREAM.UPDATE.>"
            "$JS.API.STREAM.DELETE.>", "$JS.API.STREAM.PURGE.>"
          ]
        }
        subscribe: [ ">" ]
      }
    }
  ]
}`;

async function setUp(transport: Transport, user: string, options: Partial<ConnectOptions> = {}) {
  const system = await startSystem({
    transport,
    config: users,
    foreignAuth: { user: 'admin', pass: 'admin' },
  });
  await system.foreign.createBucket({ name: 'b' });
  const credentials = () =>
    Promise.resolve([{ kind: 'userPassword', user, password: user }] as const);
  return {
    ...system,
    connection: await system.connect({ credentials, timeoutMs: never, ...options }),
  };
}

/** The message of a `denied` failure, which must come without waiting for any time to be over. */
async function deniedFor(promise: Promise<unknown>): Promise<string> {
  const { message } = await rejection('denied', promise);
  return message;
}
