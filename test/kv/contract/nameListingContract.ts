import { describe, expect } from 'vitest';
import { eventually } from '../../support/poll';
import { contractTest } from './contractTest';
import { abortedSignal, expectKind, type SetUp } from './harness';

/** How every connection lists the names of keys. */
export function describeNameListingContract(setUp: SetUp): void {
  describe('listing names', () => {
    const it = contractTest(setUp, [{ name: 'b', history: 5 }]);

    it('tells none of an empty bucket', async ({ connection }) => {
      expect(await connection.listNames('b')).toEqual([]);
    });

    it('sorts them by code units, whatever they are made of', async ({ connection, foreign }) => {
      const names = ['b', 'a.b', 'a', 'Z', '10', '9', 'kľúč', 'a/b=c', '\ufb01', '🔑'];
      for (const name of names) {
        await foreign.put('b', name, 'x');
      }
      expect(await connection.listNames('b')).toEqual(names.toSorted());
    });

    it('tells a key once, deleted ones included', async ({ connection, foreign }) => {
      await foreign.put('b', 'kept', 'first');
      await foreign.put('b', 'kept', 'second');
      await foreign.put('b', 'gone', 'x');
      await foreign.mark('b', 'gone', 'DEL');
      expect(await connection.listNames('b')).toEqual(['gone', 'kept']);
    });

    it.for<[string, string[]]>([
      ['orders.>', ['orders.1', 'orders.1.items']],
      ['orders.*', ['orders.1']],
      ['orders.1', ['orders.1']],
      ['*.1', ['orders.1', 'users.1']],
      ['nothing.>', []],
    ])(
      'tells only what matches the filter %s',
      async ([filter, names], { connection, foreign }) => {
        for (const key of ['orders', 'orders.1', 'orders.1.items', 'users.1']) {
          await foreign.put('b', key, 'x');
        }
        expect(await connection.listNames('b', { filter })).toEqual(names);
      },
    );

    it('tells the names of a mirror as of its origin', async ({ connection, foreign }) => {
      await foreign.put('b', 'key', 'x');
      await foreign.createMirror('copy', 'b');
      await eventually(async () => expect(await connection.listNames('copy')).toEqual(['key']));
    });

    it('throws when it is aborted, and for a bucket that is not there', async ({ connection }) => {
      const signal = abortedSignal();
      await expectKind('cancelled', connection.listNames('b', { signal }));
      await expectKind('notFound', connection.listNames('missing'));
    });
  });
}
