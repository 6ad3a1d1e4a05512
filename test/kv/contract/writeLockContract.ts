import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { KvConnection } from '../../../src/kv/model/kvConnection';
import { WriteLock } from '../../../src/kv/session/writeLock';
import { contractTest } from './contractTest';
import { bytes, expectKind, type SetUp } from './harness';

const anHour = 3_600_000;

/** How every connection keeps to its write lock. */
export function describeWriteLockContract(setUp: SetUp): void {
  describe('the write lock', () => {
    let lock: WriteLock;
    beforeEach(() => void (lock = new WriteLock(true)));
    afterEach(() => lock.dispose());

    const it = contractTest(async () => {
      const harness = await setUp(lock);
      await harness.foreign.createBucket({ name: 'b' });
      await harness.foreign.put('b', 'key', 'value');
      return harness;
    });

    const writes: Record<string, (to: KvConnection) => Promise<unknown>> = {
      put: (to) => to.put('b', 'key', bytes('new'), { expected: 'any' }),
      delete: (to) => to.delete('b', 'key', { expected: 'any' }),
      purge: (to) => to.purge('b', 'key', { expected: 'any' }),
      createBucket: (to) => to.createBucket({ name: 'other' }),
      updateBucket: (to) => to.updateBucket('b', { description: 'other' }),
      deleteBucket: (to) => to.deleteBucket('b'),
      compact: (to) => to.compact('b', { olderThanMs: 0 }),
      trim: (to) => to.trim('b', 'key', { before: 1 }),
    };

    const refused = {
      ...writes,
      stepDown: (to: KvConnection) => to.stepDown('b'),
      writeBatch: (to: KvConnection) =>
        to.writeBatch('b', [{ kind: 'put', key: 'key', value: bytes('new'), expected: 1 }], {
          id: '1',
        }),
      restore: async (to: KvConnection) => to.restore(await to.snapshot('b')),
    };
    it.for(Object.entries(refused))(
      'refuses %s while it is locked',
      async ([, write], { connection }) => {
        const before = await connection.bucketStatus('b');
        await expectKind('readOnly', write(connection));
        expect(await connection.get('b', 'key')).toMatchObject({ revision: 1 });
        expect(await connection.bucketStatus('b')).toMatchObject({ values: before.values });
        expect((await connection.listBuckets()).map(({ name }) => name)).toEqual(['b']);
      },
    );

    it.for(Object.entries(writes))(
      'lets %s pass while it is unlocked',
      async ([, write], { connection }) => {
        lock.unlock(anHour);
        await write(connection);
        lock.lock();
        await expectKind('readOnly', write(connection));
      },
    );

    it('refuses a write while the link is down too', async ({ connection, harness }) => {
      await harness.cutLink();
      const put = connection.put('b', 'key', bytes('new'), { expected: 'any' });
      await expectKind('readOnly', put);
    });
  });
}
