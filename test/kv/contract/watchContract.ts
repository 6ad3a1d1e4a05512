import { describe, expect } from 'vitest';
import { eventually } from '../../support/poll';
import { contractTest } from './contractTest';
import { isIn, startWatch, type SetUp } from './harness';

/** How every connection watches a bucket. */
export function describeWatchContract(setUp: SetUp): void {
  describe('watching', () => {
    const it = contractTest(setUp, [{ name: 'b', history: 5 }]);

    it('becomes live and tells changes in the order of their revisions', async ({
      connection,
      foreign,
    }) => {
      const { watch, told } = startWatch(connection, 1);
      await isIn('live', watch);
      const put = await foreign.put('b', 'key', 'value');
      const marked = await foreign.mark('b', 'key', 'DEL');
      await eventually(() => expect(told).toHaveLength(2));
      expect(told).toMatchObject([
        { key: 'key', revision: put, operation: 'PUT', size: 5 },
        { key: 'key', revision: marked, operation: 'DEL', size: 0 },
      ]);
      expect(watch.lastRevision).toBe(marked);
      watch.dispose();
    });

    it('starts with the revision asked for', async ({ connection, foreign }) => {
      const first = await foreign.put('b', 'a', 'x');
      const second = await foreign.put('b', 'b', 'x');
      const { watch, told } = startWatch(connection, first + 1);
      expect(watch.lastRevision).toBe(first);
      await eventually(() => expect(told.map(({ revision }) => revision)).toEqual([second]));
      watch.dispose();
    });

    it('tells nothing after it was disposed', async ({ connection, foreign }) => {
      const { watch, told } = startWatch(connection, 1);
      await isIn('live', watch);
      watch.dispose();
      const other = startWatch(connection, 1);
      await foreign.put('b', 'key', 'x');
      await eventually(() => expect(other.told).toHaveLength(1));
      expect(told).toEqual([]);
      other.watch.dispose();
    });

    it('makes up for what it missed while the link was down, each change once', async ({
      connection,
      foreign,
      harness,
    }) => {
      const { watch, told } = startWatch(connection, 1);
      await isIn('live', watch);
      await foreign.put('b', 'before', 'x');
      await eventually(() => expect(told).toHaveLength(1));
      await harness.cutLink();
      await isIn('resuming', watch);
      await foreign.put('b', 'missed', 'x');
      await harness.restoreLink();
      await isIn('live', watch);
      await foreign.put('b', 'after', 'x');
      await eventually(() => expect(told.length).toBeGreaterThanOrEqual(3));
      expect(told.map(({ key }) => key)).toEqual(['before', 'missed', 'after']);
      watch.dispose();
    });

    it('becomes live by itself when it was started while the link was down', async ({
      connection,
      foreign,
      harness,
    }) => {
      await harness.cutLink();
      const { watch, told } = startWatch(connection, 1);
      expect(watch.state.current.kind).toBe('starting');
      await foreign.put('b', 'key', 'x');
      await harness.restoreLink();
      await isIn('live', watch);
      await eventually(() => expect(told).toHaveLength(1));
      watch.dispose();
    });

    it('is gone when the bucket is deleted', async ({ connection, foreign }) => {
      const { watch } = startWatch(connection, 1);
      await isIn('live', watch);
      await foreign.deleteBucket('b');
      await isIn('gone', watch);
      watch.dispose();
    });

    it('is gone when the bucket was created anew', async ({ connection, foreign }) => {
      const { watch } = startWatch(connection, 1);
      await isIn('live', watch);
      await foreign.deleteBucket('b');
      await foreign.createBucket({ name: 'b', storage: 'memory' });
      await isIn('gone', watch);
      watch.dispose();
    });

    it('is gone at once when there is no such bucket', async ({ connection }) => {
      const watch = connection.watch('missing', { from: 1 });
      await isIn('gone', watch);
      watch.dispose();
    });

    it('fails when the connection is closed', async ({ connection }) => {
      const { watch } = startWatch(connection, 1);
      await isIn('live', watch);
      await connection.close();
      const state = watch.state.current;
      expect(state.kind === 'failed' && state.error.kind).toBe('disconnected');
    });
  });
}
