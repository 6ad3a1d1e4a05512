import { describe, expect, it, onTestFinished } from 'vitest';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import type { WriteGuard } from '../../src/kv/session/writeLock';
import { WriteLock } from '../../src/kv/session/writeLock';
import { KvError } from '../../src/kv/model/errors';
import { bytes } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import { rejection } from './rejection';
import { startSystem } from './system';

const ttl = { kind: 'set', ttl: 5000 } as const;

type Write = (connection: KvConnection) => Promise<unknown>;

const writes: [string, Write][] = [
  ['a put', (to) => to.put('b', 'key', bytes('new'), { expected: 1 })],
  ['a put with a TTL', (to) => to.put('b', 'key', bytes('new'), { expected: 1, ttl })],
  ['a delete', (to) => to.delete('b', 'key', { expected: 1 })],
  ['a purge', (to) => to.purge('b', 'key', { expected: 1 })],
  ['a purge with a TTL', (to) => to.purge('b', 'key', { expected: 1, ttl: 5000 })],
  ['a new bucket', (to) => to.createBucket({ name: 'new' })],
  ['a changed bucket', (to) => to.updateBucket('b', { description: 'new' })],
  ['a deleted bucket', (to) => to.deleteBucket('b')],
  ['a compaction', (to) => to.compact('b', { olderThanMs: 0 })],
];

/** What may be asked of the server without changing anything. */
const isRead = (subject: string) => /^\$JS\.API\.(INFO$|STREAM\.INFO\.)/.test(subject);

describe('the write lock on the wire', () => {
  it.each(writes)('keeps %s from being sent', async (_, write) => {
    const lock = new WriteLock(true);
    const { proxy, connection } = await setUp(lock);
    await rejection('readOnly', write(connection));
    expect(proxy.published).toEqual([]);
  });

  it.each(writes)('keeps back %s when it closes in the middle', async (_, write) => {
    const { proxy, connection } = await setUp(closingAfter(1));
    // What needs no look-up asks once only, and is let through.
    await write(connection).catch(() => undefined);
    const sent = proxy.published.filter((subject) => !isRead(subject));
    expect(sent.filter((subject) => !subject.startsWith('$JS.API.CONSUMER.'))).toEqual([]);
  });

  it('reads as ever', async () => {
    const { connection } = await setUp(new WriteLock(true));
    expect(await connection.get('b', 'key')).toMatchObject({ revision: 1 });
    expect(await connection.history('b', 'key')).toHaveLength(1);
    expect(await connection.listNames('b')).toEqual(['key']);
  });

  it('locks itself again when the time is over', async () => {
    const lock = new WriteLock(true);
    const { proxy, connection } = await setUp(lock);
    lock.unlock(10_000);
    expect(await connection.put('b', 'key', bytes('1'), { expected: 'any' })).toMatchObject({
      kind: 'saved',
    });
    proxy.reset();
    lock.unlock(0);
    await rejection('readOnly', connection.put('b', 'key', bytes('2'), { expected: 'any' }));
    expect(proxy.published).toEqual([]);
  });

  it('stops a compaction that is under way', async () => {
    const lock = new WriteLock(true);
    const { proxy, foreign, connection } = await setUp(lock);
    const keys = Array.from({ length: 200 }, (_, at) => `gone.${at}`);
    await Promise.all(keys.map((key) => foreign.mark('b', key, 'DEL')));
    lock.unlock(60_000);
    const onProgress = ({ done }: { done: number }) => done >= 20 && lock.lock();
    await rejection('readOnly', connection.compact('b', { olderThanMs: 0, onProgress }));
    const purges = proxy.published.filter((subject) => subject.includes('.STREAM.PURGE.'));
    expect(purges.length).toBeGreaterThanOrEqual(20);
    // Up to 16 purges are under way at a time.
    expect(purges.length).toBeLessThan(20 + 16);
    // Those that were under way end by themselves.
    await eventually(async () =>
      expect((await connection.bucketStatus('b')).subjects).toBe(201 - purges.length),
    );
  });
});

/** A lock that closes once it has been asked so many times. */
function closingAfter(times: number): WriteGuard {
  let asked = 0;
  return {
    check() {
      if (++asked > times) {
        throw new KvError('readOnly', 'locked');
      }
    },
  };
}

async function setUp(writeLock: WriteGuard) {
  const system = await startSystem();
  await system.foreign.jsm.streams.add({
    name: 'KV_b',
    subjects: ['$KV.b.>'],
    max_msgs_per_subject: 1,
    allow_direct: true,
    allow_rollup_hdrs: true,
    // Unknown to the client's types: TTLs of messages, from server 2.11.
    ...({ allow_msg_ttl: true } as object),
  });
  await system.foreign.put('b', 'key', 'value');
  const connection = await system.connect({ writeLock });
  onTestFinished(() => {
    if (writeLock instanceof WriteLock) {
      writeLock.dispose();
    }
  });
  system.proxy.reset();
  return { ...system, connection };
}
