import { describe, expect, it } from 'vitest';
import type { KeyInfo } from '../../src/kv/model/entry';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { listAll } from '../kv/contract/harness';
import { fillBucket } from '../support/fillBucket';
import { isServerAtLeast } from './serverVersion';
import { startSystem } from './system';

const many = 20_000;
const directGet = '$JS.API.DIRECT.GET.KV_b';

describe('the first keys of a large bucket', () => {
  it('are told as the listing tells them, by one request that names no subject', async () => {
    const { connection, proxy, isTold } = await setUp({ keys: many, revisions: 1 });
    await connection.bucketStatus('b');
    await connection.accountInfo();
    await connection.firstKeys('b');
    proxy.reset();

    const first = await firstKeys(connection);

    expect(proxy.published.filter((subject) => subject.includes('GET'))).toEqual(
      isTold ? [directGet] : [],
    );
    expect(first.length).toBe(isTold ? 256 : 0);
    expect(await factsOf(connection, first)).toEqual(first);
  });

  it('are as they are now where older revisions are kept', async () => {
    const { connection, isTold } = await setUp({ keys: many / 2, revisions: 2 });

    const first = await firstKeys(connection);

    expect(first.length > 0).toBe(isTold);
    expect(first.every(({ revision }) => revision > many / 2)).toBe(true);
    expect(await factsOf(connection, first)).toEqual(first);
  });

  it('leave out what is none of the keys', async () => {
    const { connection, foreign, isTold } = await setUp({ keys: many, revisions: 1 });
    const subjects = ['$KV.b.>', 'other.>'];
    await foreign.jsm.streams.update('KV_b', { subjects });
    await foreign.js.publish('other.a', 'x');
    await foreign.jsm.streams.purge('KV_b', { seq: many });

    const first = await firstKeys(connection);

    expect(first.map(({ revision }) => revision)).toEqual(isTold ? [many] : []);
  });

  it('are asked of no bucket that is listed at once', async () => {
    const { connection, proxy } = await setUp({ keys: 10, revisions: 1 });
    await connection.bucketStatus('b');
    proxy.reset();

    expect(await firstKeys(connection)).toEqual([]);

    expect(proxy.published).toEqual([]);
  });
});

async function setUp(bucket: { readonly keys: number; readonly revisions: number }) {
  const system = await startSystem();
  await fillBucket(system.server.url, { name: 'b', ...bucket });
  const connection = await system.connect();
  return { ...system, connection, isTold: isServerAtLeast('2.11') };
}

async function firstKeys(connection: KvConnection): Promise<KeyInfo[]> {
  return [...(await connection.firstKeys('b'))];
}

/** What the listing tells of the same keys. */
async function factsOf(connection: KvConnection, keys: readonly KeyInfo[]): Promise<KeyInfo[]> {
  const listed = new Map((await listAll(connection, 'b')).map((info) => [info.key, info]));
  return keys.map(({ key }) => listed.get(key)).filter((info) => info !== undefined);
}
