import { describe, expect, it, type TestContext } from 'vitest';
import type { BucketConfig } from '../../src/kv/model/bucket';
import { bytes, expectKind, listAll } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import { rejection } from './rejection';
import { connectTo, startSystem } from './system';

const everything: BucketConfig = {
  name: 'all',
  description: 'everything that can be chosen',
  history: 7,
  ttl: 3_600_000,
  markerTtl: 60_000,
  storage: 'memory',
  replicas: 1,
  maxBytes: 1_000_000,
  maxValueSize: 10_000,
  compressed: true,
  placement: { tags: ['ssd'] },
  republish: { source: '$KV.all.>', destination: 'changed.>', headersOnly: true },
  metadata: { team: 'shop' },
};

describe('creating a bucket', () => {
  it('takes every field where the server has them all', async (test) => {
    const { connection } = await setUpModern(test);
    const status = await connection.createBucket(everything);
    expect(status).toMatchObject(everything);
    expect(status.allowTtl).toBe(true);
    expect(status.metadata).toEqual({ team: 'shop' });
    expect(await connection.bucketStatus('all')).toMatchObject(everything);
    expect(await connection.listBuckets()).toMatchObject([everything]);
  });

  it('is refused where the server keeps no markers, before anything is made', async (test) => {
    const { connection, isModern } = await setUp();
    test.skip(isModern, 'this server keeps markers');
    await expectKind('unsupported', connection.createBucket({ name: 'b', markerTtl: 60_000 }));
    await expectKind('notFound', connection.bucketStatus('b'));
    await connection.createBucket({ name: 'b' });
    await expectKind('unsupported', connection.updateBucket('b', { markerTtl: 60_000 }));
  });

  it('names the fields that the server dropped in silence', async (test) => {
    const { connection, isModern } = await setUp();
    test.skip(isModern, 'this server drops nothing');
    const asked = { name: 'b', metadata: { team: 'shop' }, compressed: true };
    const error = await rejection('invalidConfig', connection.createBucket(asked));
    expect(error.message).toContain('compression, metadata');
  });

  it('keeps what is republished', async () => {
    const { connection, foreign } = await setUp();
    const republish = { source: '>', destination: 'changed.>' };
    expect(await connection.createBucket({ name: 'b', republish })).toMatchObject({ republish });
    await foreign.put('b', 'key', 'x');
  });

  it('copies the keys of its sources under its own name', async (test) => {
    const { connection, foreign } = await setUpModern(test);
    await connection.createBucket({ name: 'eu' });
    await connection.createBucket({ name: 'us' });
    await foreign.put('eu', 'paris.1', 'x');
    await foreign.put('us', 'boston.1', 'y');
    await foreign.put('us', 'left.out', 'z');
    const status = await connection.createBucket({
      name: 'world',
      sources: [{ bucket: 'eu' }, { bucket: 'us', filter: 'boston.*' }],
    });
    expect(status.sources).toMatchObject([{ bucket: 'eu' }, { bucket: 'us', filter: 'boston.*' }]);
    await eventually(async () => {
      const keys = (await listAll(connection, 'world')).map(({ key }) => key);
      expect(keys.toSorted()).toEqual(['boston.1', 'paris.1']);
    });
    expect(await connection.get('world', 'paris.1')).toMatchObject({ value: bytes('x') });
    await connection.put('world', 'own', bytes('1'), { expected: 0 });
    expect(await connection.get('world', 'own')).toMatchObject({ operation: 'PUT' });
    await eventually(async () => {
      const { sources } = await connection.bucketStatus('world');
      expect(sources.map(({ lag }) => lag)).toEqual([0, 0]);
      expect(sources.map(({ active = -1 }) => active >= 0)).toEqual([true, true]);
    });
  });
});

describe('the status of a bucket', () => {
  it('tells how far a mirror has come', async () => {
    const { connection, foreign } = await setUp();
    await connection.createBucket({ name: 'origin' });
    await foreign.put('origin', 'key', 'x');
    await connection.createBucket({ name: 'copy', mirror: { bucket: 'origin' } });
    await eventually(async () => {
      const { mirror } = await connection.bucketStatus('copy');
      expect(mirror).toMatchObject({ bucket: 'origin', lag: 0, error: undefined });
      expect(mirror?.active).toBeGreaterThanOrEqual(0);
    });
  });

  it('is not told of streams that are no buckets, and they are not deleted', async () => {
    const { connection, foreign } = await setUp();
    await foreign.jsm.streams.add({ name: 'KV_orders', subjects: ['orders.>'] });
    await foreign.jsm.streams.add({ name: 'ORDERS', subjects: ['$KV.hidden.>'] });
    await foreign.jsm.streams.add({ name: 'KV_log', mirror: { name: 'ORDERS' } });
    await foreign.jsm.streams.add({ name: 'KV_old', subjects: ['$KV.old.>'] });
    expect((await connection.listBuckets()).map(({ name }) => name)).toEqual(['old']);
    for (const name of ['orders', 'log']) {
      await expectKind('notFound', connection.bucketStatus(name));
      await expectKind('notFound', connection.get(name, 'key'));
      await expectKind('notFound', listAll(connection, name));
      await expectKind('notFound', connection.updateBucket(name, { description: 'x' }));
      await expectKind('notFound', connection.compact(name, { olderThanMs: 0 }));
      await expectKind('notFound', connection.deleteBucket(name));
      await expectKind('alreadyExists', connection.createBucket({ name }));
    }
    expect((await foreign.jsm.streams.info('KV_orders')).config.subjects).toEqual(['orders.>']);
  });

  it.each(['listed', 'looked up', 'unknown'])(
    'reads a mirror of a mirror that is %s',
    async (how) => {
      const { connection, foreign, proxy } = await setUp();
      await connection.createBucket({ name: 'first' });
      const revision = await foreign.put('first', 'key', 'x');
      await foreign.createMirror('second', 'first');
      await connection.createBucket({ name: 'third', mirror: { bucket: 'second' } });
      const reader = how === 'unknown' ? await connectTo(proxy.url) : connection;
      if (how === 'listed') {
        await connection.listBuckets();
      } else if (how === 'looked up') {
        await connection.bucketStatus('third');
      }
      await eventually(async () => {
        expect(await reader.get('third', 'key')).toMatchObject({ key: 'key', revision });
      });
      expect(await listAll(reader, 'third')).toMatchObject([{ key: 'key', revision }]);
      const put = reader.put('third', 'key', bytes('y'), { expected: 1 });
      expect((await rejection('unsupported', put)).message).toContain('"second"');
    },
  );

  it('reads a mirror that moves the subjects of its origin', async (test) => {
    const { connection, foreign } = await setUpModern(test);
    await connection.createBucket({ name: 'origin' });
    await foreign.put('origin', 'key', 'x');
    const transform = { src: '$KV.origin.>', dest: '$KV.moved.>' };
    await foreign.jsm.streams.add({
      name: 'KV_moved',
      mirror: { name: 'KV_origin', subject_transforms: [transform] },
      allow_direct: true,
    });
    await eventually(async () => {
      expect(await connection.get('moved', 'key')).toMatchObject({ key: 'key', revision: 1 });
    });
    expect(await listAll(connection, 'moved')).toMatchObject([{ key: 'key' }]);
  });
});

describe('changing a bucket', () => {
  it('sends everything back that the server told, known here or not', async () => {
    const { connection, foreign } = await setUp();
    const asked = {
      name: 'KV_b',
      subjects: ['$KV.b.>', 'also.this'],
      max_msgs_per_subject: 3,
      allow_rollup_hdrs: true,
      allow_direct: true,
      max_consumers: 7,
      max_msgs: 1000,
      no_ack: false,
      duplicate_window: 7e9,
      republish: { src: '$KV.b.>', dest: 'out.>' },
      placement: { tags: ['ssd'] },
      max_bytes: 900_000,
    };
    const { config: before } = await foreign.jsm.streams.add(asked as never);
    await connection.updateBucket('b', { description: 'new' });
    const { config: after } = await foreign.jsm.streams.info('KV_b');
    expect(withoutNotes(after)).toEqual({ ...withoutNotes(before), description: 'new' });
    expect(before).toMatchObject({ max_consumers: 7, duplicate_window: 7e9 });
  });

  it('sends numbers back digit by digit that a double does not hold', async () => {
    const { connection, foreign, proxy } = await setUp();
    // Nanoseconds: a year and one of them.
    const age = '31536000000000001';
    await foreign.api(
      'STREAM.CREATE.KV_b',
      `{"name":"KV_b","subjects":["$KV.b.>"],"max_age":${age}}`,
    );
    expect(await foreign.api('STREAM.INFO.KV_b')).toContain(`"max_age":${age}`);
    proxy.reset();
    expect(await connection.updateBucket('b', { history: 5 })).toMatchObject({ kind: 'saved' });
    expect(await foreign.api('STREAM.INFO.KV_b')).toContain(`"max_age":${age}`);
    expect(proxy.published).toEqual(['$JS.API.STREAM.INFO.KV_b', '$JS.API.STREAM.UPDATE.KV_b']);
  });

  it('keeps the values of the fields that a modern server has', async (test) => {
    const { connection, foreign } = await setUpModern(test);
    await connection.createBucket(everything);
    const { config: before } = await foreign.jsm.streams.info('KV_all');
    await connection.updateBucket('all', { metadata: { team: 'other', since: '2026' } });
    const { config: after } = await foreign.jsm.streams.info('KV_all');
    expect(withoutNotes(after)).toEqual({
      ...withoutNotes(before),
      metadata: { team: 'other', since: '2026' },
    });
  });

  it('turns markers on and off', async (test) => {
    const { connection } = await setUpModern(test);
    await connection.createBucket({ name: 'b' });
    expect(await connection.updateBucket('b', { markerTtl: 5000 })).toMatchObject({
      status: { markerTtl: 5000, allowTtl: true },
    });
    expect(await connection.updateBucket('b', { markerTtl: 0 })).toMatchObject({
      status: { markerTtl: 0, allowTtl: true },
    });
  });

  it('shortens and lengthens the age limit', async () => {
    const { connection } = await setUp();
    await connection.createBucket({ name: 'b' });
    for (const ttl of [1000, 600_000, 0, 100]) {
      expect(await connection.updateBucket('b', { ttl })).toMatchObject({ status: { ttl } });
    }
  });

  it('is refused in the words of the server', async () => {
    const { connection } = await setUp();
    await connection.createBucket({ name: 'b' });
    const change = connection.updateBucket('b', { stream: { storage: 'memory' } });
    expect((await rejection('invalidConfig', change)).message).toMatch(/storage/);
  });
});

describe('limits', () => {
  it('of an account on its buckets are told as such', async () => {
    const { connection } = await setUpLimited();
    await connection.createBucket({ name: 'first', maxBytes: 1000 });
    await connection.createBucket({ name: 'second', maxBytes: 1000 });
    const third = connection.createBucket({ name: 'third', maxBytes: 1000 });
    expect((await rejection('limitReached', third)).message).toContain('number of streams');
  });

  it('of an account on its storage are told as such', async () => {
    const { connection } = await setUpLimited();
    const large = connection.createBucket({ name: 'large', maxBytes: 20_000_000 });
    expect((await rejection('limitReached', large)).message).toContain('insufficient storage');
    const memory = connection.createBucket({ name: 'm', maxBytes: 2_000_000, storage: 'memory' });
    expect((await rejection('limitReached', memory)).message).toContain('insufficient memory');
  });

  it('of an account are told when a value exceeds them', async () => {
    const { connection } = await setUpLimited();
    await connection.createBucket({ name: 'b', history: 64 });
    const put = async (at: number) =>
      connection.put('b', `key${at}`, new Uint8Array(900_000), { expected: 0 });
    const fill = async () => {
      for (let at = 0; at < 20; at++) {
        await put(at);
      }
    };
    await rejection('limitReached', fill());
  });
});

const limited = `
accounts {
  A: {
    jetstream { max_streams: 2, max_store: 10MB, max_mem: 1MB }
    users: [ { user: a, password: a } ]
  }
}`;

async function setUpLimited() {
  const credentials = () =>
    Promise.resolve([{ kind: 'userPassword', user: 'a', password: 'a' }] as const);
  const system = await startSystem({ config: limited, foreignAuth: { user: 'a', pass: 'a' } });
  return { connection: await system.connect({ credentials }) };
}

async function setUp() {
  const system = await startSystem({ config: 'server_tags: [ "ssd" ]' });
  const { api } = await system.foreign.jsm.getAccountInfo();
  const isModern = Number((api as { level?: number }).level ?? 0) >= 1;
  return { ...system, isModern, connection: await system.connect() };
}

/** A system with server 2.11 or later; skips the test on an older one. */
async function setUpModern(test: TestContext) {
  const system = await setUp();
  test.skip(!system.isModern, 'this server is too old');
  return system;
}

/** Without the notes of the server in the metadata. */
function withoutNotes({ metadata, ...config }: { metadata?: Record<string, string> }): object {
  const own = Object.entries(metadata ?? {}).filter(([name]) => !name.startsWith('_nats.'));
  return own.length > 0 ? { ...config, metadata: Object.fromEntries(own) } : config;
}
