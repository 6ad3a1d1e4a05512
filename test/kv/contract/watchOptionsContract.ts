import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Entry, KeyInfo } from '../../../src/kv/entry';
import { isKvError } from '../../../src/kv/errors';
import type { KvConnection } from '../../../src/kv/kvConnection';
import { eventually } from '../../support/poll';
import { isIn, text, type ContractHarness, type ForeignClient, type SetUp } from './harness';

/** How every connection narrows and widens what a watch tells. */
export function describeWatchOptionsContract(setUp: SetUp): void {
  describe('watching with options', () => {
    let harness: ContractHarness;
    let connection: KvConnection;
    let foreign: ForeignClient;

    beforeEach(async () => {
      harness = await setUp();
      ({ connection, foreign } = harness);
      await connection.createBucket({ name: 'b', history: 5 });
    });
    afterEach(() => harness.dispose());

    it.each([
      [['orders.>'], ['orders.1', 'orders.1.items', 'orders.2']],
      [
        ['orders.>', 'users.*'],
        ['orders.1', 'users.1', 'orders.1.items', 'orders.2', 'users.2'],
      ],
      [
        ['users.1', 'users.2'],
        ['users.1', 'users.2'],
      ],
      [
        ['*.1', 'orders.*'],
        ['orders.1', 'users.1', 'orders.2'],
      ],
      [['nothing.>'], []],
    ])('tells of %j what matches, in order and once', async (filters, keys) => {
      const told: KeyInfo[] = [];
      const watch = connection.watch('b', { from: 1, filters: [...filters, 'end'] });
      watch.onDidChange((changes) => told.push(...changes));
      await foreign.put('b', 'orders.1', 'x');
      await isIn('live', watch);
      for (const key of ['users.1', 'orders', 'orders.1.items', 'orders.2', 'users.2', 'end']) {
        await foreign.put('b', key, 'x');
      }
      await eventually(() => expect(told.at(-1)?.key).toBe('end'));
      expect(told.map(({ key }) => key)).toEqual([...keys, 'end']);
      watch.dispose();
    });

    it('goes on after what it left out when the link comes back', async () => {
      const told: KeyInfo[] = [];
      const watch = connection.watch('b', { from: 1, filters: ['a', 'c'] });
      watch.onDidChange((changes) => told.push(...changes));
      await isIn('live', watch);
      await foreign.put('b', 'a', 'x');
      await eventually(() => expect(told).toHaveLength(1));
      await harness.cutLink();
      await isIn('resuming', watch);
      await foreign.put('b', 'b', 'x');
      await foreign.put('b', 'c', 'x');
      await harness.restoreLink();
      await eventually(() => expect(told.map(({ key }) => key)).toEqual(['a', 'c']));
      watch.dispose();
    });

    it('tells values and headers when they are asked for', async () => {
      const told: Entry[] = [];
      const watch = connection.watch('b', { from: 1, values: true });
      watch.onDidChange((entries) => told.push(...entries));
      await foreign.put('b', 'key', 'välue');
      await foreign.put('b', 'empty', '');
      await foreign.mark('b', 'key', 'DEL');
      await eventually(() => expect(told).toHaveLength(3));
      expect(told).toMatchObject([
        { key: 'key', operation: 'PUT', size: 6, headers: [] },
        { key: 'empty', operation: 'PUT', size: 0 },
        { key: 'key', operation: 'DEL', size: 0, headers: [['KV-Operation', 'DEL']] },
      ]);
      expect(told.map(({ value }) => text(value))).toEqual(['välue', '', '']);
      expect(told[2]).toEqual(await connection.get('b', 'key'));
      watch.dispose();
    });

    it('refuses what is no filter', () => {
      const watch = () => connection.watch('b', { from: 1, filters: ['a.>', 'a..b'] });
      expect(watch).toThrow(expect.toSatisfy((error) => isKvError(error, 'invalidKey')));
    });
  });
}
