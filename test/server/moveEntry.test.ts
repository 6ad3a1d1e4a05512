import { describe, expect, it } from 'vitest';
import { copyEntry } from '../../src/kv/operations/copyEntry';
import { isLive } from '../../src/kv/model/entry';
import { moveEntry } from '../../src/kv/operations/moveEntry';
import { bytes, expectKind } from '../kv/contract/harness';
import { startSystem } from './system';

async function setUp() {
  const system = await startSystem();
  const connection = await system.connect();
  await connection.createBucket({ name: 'from', history: 5 });
  await connection.createBucket({ name: 'to' });
  const place = (bucket: string, key: string) => ({ connection, bucket, key });
  const isModern = (await connection.accountInfo()).apiLevel > 0;
  return { connection, place, isModern };
}

describe('moving a value on a real server', () => {
  it('takes its bytes and headers along, and leaves its history behind', async () => {
    const { connection, place } = await setUp();
    const value = Uint8Array.from({ length: 1000 }, (_, at) => at % 256);
    const headers = [
      ['Trace-Id', 'a b'],
      ['X', '1'],
      ['X', '2'],
    ] as const;
    await connection.put('from', 'a', bytes('old'), { expected: 0 });
    await connection.put('from', 'a', value, { expected: 1, headers });
    expect(await moveEntry(place('from', 'a'), place('to', 'b.c'))).toMatchObject({
      kind: 'moved',
    });
    const moved = await connection.get('to', 'b.c');
    expect(moved?.value).toEqual(value);
    expect(moved?.headers.filter(([name]) => !name.startsWith('Nats-'))).toEqual(headers);
    const left = await connection.historyInfo('from', 'a');
    expect(left.map(({ operation, size }) => [operation, size])).toEqual([
      ['PUT', 3],
      ['PUT', 1000],
      ['DEL', 0],
    ]);
  });

  it('goes over a marker, and leaves a live target and its own source alone', async () => {
    const { connection, place } = await setUp();
    await connection.put('from', 'a', bytes('x'), { expected: 0 });
    const first = await connection.put('to', 'a', bytes('gone'), { expected: 0 });
    expect(await moveEntry(place('from', 'a'), place('to', 'a'))).toEqual({
      kind: 'exists',
      revision: first.kind === 'saved' ? first.revision : 0,
    });
    expect(isLive((await connection.get('from', 'a')) ?? never())).toBe(true);
    await connection.delete('to', 'a', { expected: 'any' });
    expect(await moveEntry(place('from', 'a'), place('to', 'a'))).toMatchObject({ kind: 'moved' });
  });

  it('lets a copy expire when the original does, and refuses where that cannot be', async (test) => {
    const { connection, place, isModern } = await setUp();
    test.skip(!isModern, 'this server lets no single values expire');
    await connection.createBucket({ name: 'ttl', markerTtl: 60_000 });
    const ttl = { kind: 'set', ttl: 3_600_000 } as const;
    await connection.put('ttl', 'a', bytes('x'), { expected: 0, ttl });
    const source = (await connection.get('ttl', 'a')) ?? never();
    const now = () => source.created + 3_000_000;
    await copyEntry(source, place('ttl', 'b'), { now });
    expect((await connection.get('ttl', 'b'))?.ttl).toBe(600_000);
    await expectKind('unsupported', copyEntry(source, place('to', 'b')));
    expect(await connection.get('to', 'b')).toBeUndefined();
  });
});

function never(): never {
  throw new Error('there is no such message');
}
