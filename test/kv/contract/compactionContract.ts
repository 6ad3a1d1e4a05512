import { describe, expect } from 'vitest';
import type { CompactCounts } from '../../../src/kv/model/bucket';
import { contractTest } from './contractTest';
import { abortedSignal, expectKind, listAll, type ForeignClient, type SetUp } from './harness';

const hour = 3_600_000;

/** How every connection compacts a bucket. */
export function describeCompactionContract(setUp: SetUp): void {
  describe('compaction', () => {
    const it = contractTest(setUp, [{ name: 'b', history: 5 }]);

    it('removes the markers of deleted and purged keys with their history', async ({
      connection,
      foreign,
    }) => {
      await fill(foreign);
      const counts = await connection.compact('b', { olderThanMs: 0 });
      expect(counts).toEqual({ found: 2, done: 2, removed: 4 });
      expect(await listAll(connection, 'b')).toMatchObject([{ key: 'kept' }]);
      expect(await connection.bucketStatus('b')).toMatchObject({ values: 2, subjects: 1 });
    });

    it('keeps markers that are younger, without their history', async ({ connection, foreign }) => {
      await fill(foreign);
      const counts = await connection.compact('b', { olderThanMs: hour });
      expect(counts).toEqual({ found: 2, done: 2, removed: 2 });
      const listed = await listAll(connection, 'b');
      expect(listed.map(({ key, operation }) => `${operation} ${key}`).toSorted()).toEqual([
        'DEL deleted',
        'PURGE purged',
        'PUT kept',
      ]);
    });

    it('does nothing in a bucket without markers', async ({ connection, foreign }) => {
      await foreign.put('b', 'kept', 'x');
      const counts = await connection.compact('b', { olderThanMs: 0 });
      expect(counts).toEqual({ found: 0, done: 0, removed: 0 });
    });

    it('tells its counts on the way', async ({ connection, foreign }) => {
      await fill(foreign);
      const told: CompactCounts[] = [];
      const onProgress = (counts: CompactCounts) => void told.push(counts);
      const counts = await connection.compact('b', { olderThanMs: 0, onProgress });
      expect(told.at(-1)).toEqual(counts);
      expect(told).toContainEqual(expect.objectContaining({ found: 2, done: 1 }));
    });

    it('stops when it is aborted, having told what it did', async ({ connection, foreign }) => {
      await fill(foreign);
      const signal = abortedSignal();
      await expectKind('cancelled', connection.compact('b', { olderThanMs: 0, signal }));
      expect(await listAll(connection, 'b')).toHaveLength(3);
    });

    it('throws notFound for a bucket that does not exist', async ({ connection }) => {
      await expectKind('notFound', connection.compact('missing', { olderThanMs: 0 }));
    });

    /** Six messages are stored: two of a live key, three of a deleted one, the marker of a purged one. */
    async function fill(foreign: ForeignClient): Promise<void> {
      await foreign.put('b', 'kept', '1');
      await foreign.put('b', 'kept', '2');
      await foreign.put('b', 'deleted', '1');
      await foreign.put('b', 'deleted', '2');
      await foreign.mark('b', 'deleted', 'DEL');
      await foreign.put('b', 'purged', '1');
      await foreign.mark('b', 'purged', 'PURGE');
    }
  });
}
