import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CompactCounts } from '../../../src/kv/bucket';
import type { KvConnection } from '../../../src/kv/kvConnection';
import {
  abortedSignal,
  expectKind,
  listAll,
  type ContractHarness,
  type ForeignClient,
  type SetUp,
} from './harness';

const hour = 3_600_000;

/** How every connection compacts a bucket. */
export function describeCompactionContract(setUp: SetUp): void {
  describe('compaction', () => {
    let harness: ContractHarness;
    let connection: KvConnection;
    let foreign: ForeignClient;

    beforeEach(async () => {
      harness = await setUp();
      ({ connection, foreign } = harness);
      await connection.createBucket({ name: 'b', history: 5 });
    });
    afterEach(() => harness.dispose());

    it('removes the markers of deleted and purged keys with their history', async () => {
      await fill();
      const counts = await connection.compact('b', { olderThanMs: 0 });
      expect(counts).toEqual({ found: 2, done: 2, removed: 4 });
      expect(await listAll(connection, 'b')).toMatchObject([{ key: 'kept' }]);
      expect(await connection.bucketStatus('b')).toMatchObject({ values: 2, subjects: 1 });
    });

    it('keeps markers that are younger, without their history', async () => {
      await fill();
      const counts = await connection.compact('b', { olderThanMs: hour });
      expect(counts).toEqual({ found: 2, done: 2, removed: 2 });
      const listed = await listAll(connection, 'b');
      expect(listed.map(({ key, operation }) => `${operation} ${key}`).toSorted()).toEqual([
        'DEL deleted',
        'PURGE purged',
        'PUT kept',
      ]);
    });

    it('does nothing in a bucket without markers', async () => {
      await foreign.put('b', 'kept', 'x');
      const counts = await connection.compact('b', { olderThanMs: 0 });
      expect(counts).toEqual({ found: 0, done: 0, removed: 0 });
    });

    it('tells its counts on the way', async () => {
      await fill();
      const told: CompactCounts[] = [];
      const onProgress = (counts: CompactCounts) => void told.push(counts);
      const counts = await connection.compact('b', { olderThanMs: 0, onProgress });
      expect(told.at(-1)).toEqual(counts);
      expect(told).toContainEqual(expect.objectContaining({ found: 2, done: 1 }));
    });

    it('stops when it is aborted, having told what it did', async () => {
      await fill();
      const signal = abortedSignal();
      await expectKind('cancelled', connection.compact('b', { olderThanMs: 0, signal }));
      expect(await listAll(connection, 'b')).toHaveLength(3);
    });

    it('throws notFound for a bucket that does not exist', async () => {
      await expectKind('notFound', connection.compact('missing', { olderThanMs: 0 }));
    });

    /** Six messages are stored: two of a live key, three of a deleted one, the marker of a purged one. */
    async function fill(): Promise<void> {
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
