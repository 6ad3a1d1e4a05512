import { headers } from 'nats';
import { describe, expect, it } from 'vitest';
import { createEntry } from '../../src/kv/operations/createEntry';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { bytes, expectKind, listAll, text } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import { startSystem } from './system';

/** In milliseconds: what expires so late is there for as long as a test may take. */
const hour = 3_600_000;

describe('a TTL, on a server that has them,', () => {
  it('lets a created key expire, which is told as such and is no empty value', async (context) => {
    const { connection } = await setUp(context);
    await createEntry(connection, 'marked', 'key', bytes('x'), { ttl: 1000 });
    await createEntry(connection, 'marked', 'lasting', bytes('x'), { ttl: hour });
    await connection.put('marked', 'empty', bytes(''), { expected: 0 });
    expect(await connection.get('marked', 'lasting')).toMatchObject({
      operation: 'PUT',
      ttl: hour,
    });
    await untilExpired(connection, 'marked', 'key');
    expect(await connection.get('marked', 'key')).toMatchObject({ operation: 'EXPIRED', size: 0 });
    expect(await connection.getMany('marked', ['key', 'empty'])).toMatchObject([
      { operation: 'EXPIRED' },
      { operation: 'PUT', size: 0 },
    ]);
    expect(await connection.history('marked', 'key')).toMatchObject([{ operation: 'EXPIRED' }]);
    const listed = new Map(
      (await listAll(connection, 'marked')).map((info) => [info.key, info.operation]),
    );
    expect(listed.get('key')).toBe('EXPIRED');
    expect(listed.get('empty')).toBe('PUT');
  });

  it('lets an expired key be created again over its marker', async (context) => {
    const { connection } = await setUp(context);
    await createEntry(connection, 'marked', 'key', bytes('x'), { ttl: 1000 });
    await untilExpired(connection, 'marked', 'key');
    const outcome = await createEntry(connection, 'marked', 'key', bytes('again'));
    expect(outcome.kind).toBe('saved');
    expect(text((await connection.get('marked', 'key'))?.value)).toBe('again');
  });

  it('is kept, dropped or set by a put', async (context) => {
    const { connection } = await setUp(context);
    const ttlAfter = async (expected: number, ttl?: Parameters<KvConnection['put']>[3]['ttl']) => {
      await connection.put('marked', 'key', bytes('x'), { expected, ttl });
      return (await connection.get('marked', 'key'))?.ttl;
    };
    expect(await ttlAfter(0, { kind: 'set', ttl: 90_000 })).toBe(90_000);
    expect(await ttlAfter(1, { kind: 'keep' })).toBe(90_000);
    expect(await ttlAfter(2, { kind: 'set', ttl: 'never' })).toBe('never');
    expect(await ttlAfter(3, { kind: 'keep' })).toBe('never');
    expect(await ttlAfter(4, { kind: 'drop' })).toBeUndefined();
    expect(await ttlAfter(5, { kind: 'keep' })).toBeUndefined();
    expect(await ttlAfter(6, { kind: 'set', ttl: hour + 500 })).toBe(hour + 1000);
    expect(await ttlAfter(7)).toBeUndefined();
  });

  it('below a second is refused', async (context) => {
    const { connection } = await setUp(context);
    const options = { expected: 0, ttl: { kind: 'set', ttl: 999 } } as const;
    await expectKind('invalidConfig', connection.put('marked', 'key', bytes('x'), options));
  });

  it('is told as the server stored it, not as it was asked for', async (context) => {
    const { connection } = await setUp(context);
    await connection.createBucket({ name: 'raised', history: 5, markerTtl: 60_000 });
    await createEntry(connection, 'raised', 'key', bytes('x'), { ttl: 2000 });
    expect((await connection.get('raised', 'key'))?.ttl).toBe(60_000);
    expect((await connection.history('raised', 'key'))[0]?.ttl).toBe(60_000);
  });

  it('lets a PURGE marker go', async (context) => {
    const { connection } = await setUp(context);
    await connection.put('marked', 'key', bytes('x'), { expected: 0 });
    const outcome = await connection.purge('marked', 'key', { expected: 1, ttl: hour });
    expect(outcome).toEqual({ kind: 'saved', revision: 2 });
    expect(await connection.get('marked', 'key')).toMatchObject({ operation: 'PURGE', ttl: hour });
    const shorter = await connection.purge('marked', 'key', { expected: 2, ttl: 1000 });
    expect(shorter).toEqual({ kind: 'saved', revision: 3 });
    await eventually(async () => {
      expect(await connection.get('marked', 'key')).toBeUndefined();
    });
  });

  it('is refused where the value before would come back to life', async (context) => {
    const { connection, foreign } = await setUp(context);
    await connection.createBucket({ name: 'deep', history: 5, markerTtl: 1000 });
    const set = (expected: number | 'any', ttl: number | 'never') =>
      connection.put('deep', 'key', bytes('x'), { expected, ttl: { kind: 'set', ttl } });
    const revision = await foreign.put('deep', 'key', 'old');
    await expectKind('unsupported', set(revision, hour));
    await expectKind('unsupported', set('any', hour));
    expect(await connection.history('deep', 'key')).toHaveLength(1);
    expect(await set(revision, 'never')).toMatchObject({ kind: 'saved' });
    const marker = await foreign.mark('deep', 'key', 'DEL');
    expect(await set(marker, hour)).toMatchObject({ kind: 'saved' });
    expect(await set(marker + 1, 2 * hour)).toMatchObject({ kind: 'saved' });
    await expectKind('unsupported', set(marker + 2, hour));
  });

  it('brings the value before back when another client sets it there', async (context) => {
    const { connection, foreign } = await setUp(context);
    await connection.createBucket({ name: 'deep', history: 5, markerTtl: 1000 });
    await foreign.put('deep', 'key', 'old');
    const ttl = headers();
    ttl.set('Nats-TTL', '1s');
    await foreign.js.publish('$KV.deep.key', 'new', { headers: ttl });
    await eventually(async () => {
      expect(text((await connection.get('deep', 'key'))?.value)).toBe('old');
    });
  });

  it('is refused by name where the bucket has none', async (context) => {
    const { connection, proxy } = await setUp(context);
    await connection.createBucket({ name: 'plain' });
    proxy.reset();
    const options = { expected: 0, ttl: { kind: 'set', ttl: 5000 } } as const;
    const put = connection.put('plain', 'key', bytes('x'), options);
    await expect(put).rejects.toThrow(/"plain" does not let single values expire/);
    const purge = connection.purge('plain', 'key', { expected: 0, ttl: 5000 });
    await expect(purge).rejects.toThrow(/allow_msg_ttl is off/);
    expect(proxy.published.filter((subject) => subject.startsWith('$KV.'))).toEqual([]);
  });
});

describe('a TTL, on a server before 2.11,', () => {
  it('is refused by name before anything is sent', async (context) => {
    const { connection, proxy, foreign } = await setUpAny();
    context.skip(hasTtl(connection), 'the server has TTLs');
    await foreign.createBucket({ name: 'plain' });
    const options = { expected: 0, ttl: { kind: 'set', ttl: 5000 } } as const;
    const put = connection.put('plain', 'key', bytes('x'), options);
    await expect(put).rejects.toThrow(/older than 2\.11/);
    expect(proxy.published.filter((subject) => subject.startsWith('$KV.'))).toEqual([]);
  });

  it('is not told of a header that the server ignores', async (context) => {
    const { connection, foreign } = await setUpAny();
    context.skip(hasTtl(connection), 'the server has TTLs');
    await foreign.createBucket({ name: 'plain' });
    const ttl = headers();
    ttl.set('Nats-TTL', '60');
    await foreign.js.publish('$KV.plain.key', 'x', { headers: ttl });
    const entry = await connection.get('plain', 'key');
    expect(entry?.headers).toEqual([['Nats-TTL', '60']]);
    expect(entry?.ttl).toBeUndefined();
  });
});

async function untilExpired(connection: KvConnection, bucket: string, key: string): Promise<void> {
  await eventually(async () => {
    expect((await connection.get(bucket, key))?.operation).toBe('EXPIRED');
  });
}

async function setUpAny() {
  const system = await startSystem();
  return { ...system, connection: await system.connect() };
}

/** A bucket `marked` with history 1, whose keys leave markers; skips where the server has none. */
async function setUp(context: { skip(condition: boolean, note: string): void }) {
  const system = await setUpAny();
  context.skip(!hasTtl(system.connection), 'the server has no TTLs');
  await system.connection.createBucket({ name: 'marked', markerTtl: 60_000 });
  return system;
}

function hasTtl({ state }: KvConnection): boolean {
  const version = state.current.kind === 'connected' ? state.current.server.version : '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || minor >= 11;
}
