import { describe, expect } from 'vitest';
import type { Entry, KeyInfo } from '../../../src/kv/model/entry';
import { isKvError } from '../../../src/kv/model/errors';
import { eventually } from '../../support/poll';
import { contractTest } from './contractTest';
import { isIn, text, type SetUp } from './harness';

/** How every connection narrows and widens what a watch tells. */
export function describeWatchOptionsContract(setUp: SetUp): void {
  describe('watching with options', () => {
    const it = contractTest(setUp, [{ name: 'b', history: 5 }]);

    it.for<[string[], string[]]>([
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
    ])(
      'tells of %j what matches, in order and once',
      async ([filters, keys], { connection, foreign }) => {
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
      },
    );

    it('goes on after what it left out when the link comes back', async ({
      connection,
      foreign,
      harness,
    }) => {
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

    it('tells values and headers when they are asked for', async ({ connection, foreign }) => {
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

    it('starts at a time and goes on from there when the link comes back', async ({
      connection,
      foreign,
      harness,
    }) => {
      const told: Entry[] = [];
      await foreign.put('b', 'old', 'x');
      await eventually(async () => {
        await foreign.put('b', 'clock', 'x');
        const old = await connection.get('b', 'old');
        const clock = await connection.get('b', 'clock');
        expect(clock?.created).toBeGreaterThan(old?.created ?? 0);
      });
      const clock = await connection.get('b', 'clock');
      const since = clock?.created ?? 0;
      const watch = connection.watch('b', {
        from: 1,
        since,
        filters: ['old', 'new.*'],
        values: true,
      });
      watch.onDidChange((entries) => told.push(...entries));
      await isIn('live', watch);
      await harness.cutLink();
      await isIn('resuming', watch);
      await foreign.put('b', 'new.1', 'x');
      await harness.restoreLink();
      await eventually(() => expect(told.map(({ key }) => key)).toEqual(['new.1']));
      await foreign.put('b', 'new.2', 'x');
      await eventually(() => expect(told.map(({ key }) => key)).toEqual(['new.1', 'new.2']));
      watch.dispose();
    });

    it('refuses what is no filter', ({ connection }) => {
      const watch = () => connection.watch('b', { from: 1, filters: ['a.>', 'a..b'] });
      expect(watch).toThrow(expect.toSatisfy((error) => isKvError(error, 'invalidKey')));
    });
  });
}
