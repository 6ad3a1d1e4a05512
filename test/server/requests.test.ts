import { describe, expect, it } from 'vitest';
import { bytes, expectKind } from '../kv/contract/harness';
import { linkIs, startSystem } from './system';

const info = '$JS.API.STREAM.INFO.KV_b';
const directGet = '$JS.API.DIRECT.GET.KV_b.$KV.b.key';

describe('requests on the wire', () => {
  it('gets a key of a known bucket in one request', async () => {
    const { proxy, connection } = await setUp();
    await connection.bucketStatus('b');
    proxy.reset();
    await connection.get('b', 'key');
    expect(proxy.published).toEqual([directGet]);
  });

  it('gets a key of a bucket that was listed in one request', async () => {
    const { proxy, connection } = await setUp();
    await connection.listBuckets();
    proxy.reset();
    await connection.get('b', 'key');
    expect(proxy.published).toEqual([directGet]);
  });

  it('looks a bucket up once when it has not been seen', async () => {
    const { proxy, connection } = await setUp();
    await connection.get('b', 'key');
    await connection.get('b', 'key');
    expect(proxy.published).toEqual([info, directGet, directGet]);
  });

  it('gets a key from the leader in one request when that is asked', async () => {
    const { proxy, connection } = await setUp();
    await connection.bucketStatus('b');
    proxy.reset();
    await connection.get('b', 'key', { consistent: true });
    await connection.getRevision('b', 'key', 1, { consistent: true });
    const leaderGet = '$JS.API.STREAM.MSG.GET.KV_b';
    expect(proxy.published).toEqual([leaderGet, leaderGet]);
  });

  it('purges in one request', async () => {
    const { proxy, connection } = await setUp();
    await connection.purge('b', 'key', { expected: 0 });
    expect(proxy.published).toEqual(['$KV.b.key']);
  });

  it('puts in one request', async () => {
    const { proxy, connection } = await setUp();
    await connection.put('b', 'key', bytes('value'), { expected: 0 });
    expect(proxy.published).toEqual(['$KV.b.key']);
  });

  it('deletes in one request', async () => {
    const { proxy, connection } = await setUp();
    await connection.delete('b', 'key', { expected: 0 });
    expect(proxy.published).toEqual(['$KV.b.key']);
  });

  it('lists buckets in one request a page', async () => {
    const { proxy, connection } = await setUp();
    await connection.listBuckets();
    expect(proxy.published).toEqual(['$JS.API.STREAM.LIST']);
  });

  it('lists more buckets than one page holds', async () => {
    const { proxy, foreign, connection } = await setUp();
    const names = Array.from({ length: 300 }, (_, at) => `n${at}`);
    await Promise.all(names.map((name) => foreign.createBucket({ name })));
    await foreign.jsm.streams.add({ name: 'NOT_A_BUCKET', subjects: ['$KV.other.>'] });
    const listed = await connection.listBuckets();
    expect(listed.map(({ name }) => name)).toEqual(['b', ...names].sort());
    expect(proxy.published).toEqual(['$JS.API.STREAM.LIST', '$JS.API.STREAM.LIST']);
  });

  it('looks a bucket up again after a reconnect', async () => {
    const { proxy, connection } = await setUp();
    await connection.bucketStatus('b');
    proxy.cut();
    await linkIs('reconnecting', connection);
    await linkIs('connected', connection);
    proxy.reset();
    await connection.get('b', 'key');
    expect(proxy.published).toEqual([info, directGet]);
  });

  it('refuses an invalid key, a value too large and a mirror without a request', async () => {
    const { proxy, foreign, connection } = await setUp();
    await foreign.createMirror('copy', 'b');
    await connection.listBuckets();
    proxy.reset();
    const put = (bucket: string, key: string, size: number) =>
      connection.put(bucket, key, new Uint8Array(size), { expected: 0 });
    await expectKind('invalidKey', put('b', 'a b', 1));
    await expectKind('tooLarge', put('b', 'key', 1024 * 1024));
    await expectKind('tooLarge', put('b', 'k'.repeat(4096), 1));
    await expectKind('unsupported', put('copy', 'key', 1));
    expect(proxy.published).toEqual([]);
  });

  it('names both sizes when a value is too large', async () => {
    const { connection } = await setUp();
    const put = connection.put('b', 'key', new Uint8Array(2_000_000), { expected: 0 });
    await expect(put).rejects.toThrow(/2000000 bytes.*at most 1048\d\d\d/);
  });

  it('takes a value of exactly the size that it names as the limit', async () => {
    const { connection } = await setUp();
    const put = (size: number) => connection.put('b', 'key', new Uint8Array(size), { expected: 0 });
    const error: unknown = await put(2_000_000).catch((reason: unknown) => reason);
    const limit = Number(/at most (\d+)/.exec(String(error))?.[1]);
    await expectKind('tooLarge', put(limit + 1));
    expect(await put(limit)).toEqual({ kind: 'saved', revision: 1 });
  });
});

async function setUp() {
  const system = await startSystem();
  await system.foreign.createBucket({ name: 'b' });
  return { ...system, connection: await system.connect() };
}
