import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KvConnection } from '../../../src/kv/kvConnection';
import {
  abortedSignal,
  bytes,
  byKey,
  expectKind,
  listAll,
  type ContractHarness,
  type ForeignClient,
  type SetUp,
} from './harness';

/** How every connection lists keys. */
export function describeListingContract(setUp: SetUp): void {
  describe('listing', () => {
    let harness: ContractHarness;
    let connection: KvConnection;
    let foreign: ForeignClient;

    beforeEach(async () => {
      harness = await setUp();
      ({ connection, foreign } = harness);
      await connection.createBucket({ name: 'b', history: 5 });
    });
    afterEach(() => harness.dispose());

    it('ends at once in an empty bucket', async () => {
      expect(await listAll(connection, 'b')).toEqual([]);
    });

    it('tells the last message of each key, markers included', async () => {
      await foreign.put('b', 'gone', 'x');
      await foreign.put('b', 'kept', 'first');
      const kept = await foreign.put('b', 'kept', 'second!');
      const gone = await foreign.mark('b', 'gone', 'DEL');
      const purged = await foreign.mark('b', 'purged', 'PURGE');
      expect(byKey(await listAll(connection, 'b'))).toMatchObject([
        { key: 'gone', revision: gone, operation: 'DEL', size: 0 },
        { key: 'kept', revision: kept, operation: 'PUT', size: 7 },
        { key: 'purged', revision: purged, operation: 'PURGE', size: 0 },
      ]);
    });

    it('tells the same of a key as a get', async () => {
      await connection.put('b', 'key', bytes('value'), { expected: 0 });
      const entry = await connection.get('b', 'key');
      const [info] = await listAll(connection, 'b');
      expect(entry).toMatchObject(info ?? {});
    });

    it.each([
      ['orders.>', ['orders.1', 'orders.1.items']],
      ['orders.*', ['orders.1']],
      ['orders.1', ['orders.1']],
      ['*.1', ['orders.1', 'users.1']],
      ['nothing.>', []],
    ])('tells only what matches the filter %s', async (filter, keys) => {
      for (const key of ['orders', 'orders.1', 'orders.1.items', 'users.1']) {
        await foreign.put('b', key, 'x');
      }
      const found = byKey(await listAll(connection, 'b', { filter })).map(({ key }) => key);
      expect(found).toEqual(keys);
    });

    it('throws when it is aborted', async () => {
      await foreign.put('b', 'key', 'x');
      await expectKind('cancelled', listAll(connection, 'b', { signal: abortedSignal() }));
    });

    it('stops when the caller does', async () => {
      await foreign.put('b', 'key', 'x');
      for await (const batch of connection.list('b')) {
        expect(batch).toHaveLength(1);
        break;
      }
      expect(await listAll(connection, 'b')).toHaveLength(1);
    });
  });
}
