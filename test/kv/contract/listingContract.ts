import { describe, expect } from 'vitest';
import type { Entry } from '../../../src/kv/model/entry';
import type { KvConnection, ListOptions } from '../../../src/kv/model/kvConnection';
import { contractTest } from './contractTest';
import { abortedSignal, bytes, byKey, expectKind, listAll, type SetUp, text } from './harness';

/** How every connection lists keys. */
export function describeListingContract(setUp: SetUp): void {
  describe('listing', () => {
    const it = contractTest(setUp, [{ name: 'b', history: 5 }]);

    it('ends at once in an empty bucket', async ({ connection }) => {
      expect(await listAll(connection, 'b')).toEqual([]);
    });

    it('tells the last message of each key, markers included', async ({ connection, foreign }) => {
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

    it('brings the values along where that is asked', async ({ connection, foreign }) => {
      await foreign.put('b', 'a', 'first');
      await foreign.put('b', 'a', 'second');
      await foreign.put('b', 'empty', '');
      await foreign.mark('b', 'gone', 'DEL');
      const told: string[] = [];
      for await (const batch of connection.list('b', { values: true })) {
        let at = 0;
        batch.forEach(({ key, operation, size }) => {
          told.push(`${operation} ${key} ${size} ${text(batch.valueAt?.(at++))}`);
        });
      }
      expect(told.sort()).toEqual(['DEL gone 0 ', 'PUT a 6 second', 'PUT empty 0 ']);
    });

    it('tells every stored message where that is asked', async ({ connection, foreign }) => {
      const revisions = [await foreign.put('b', 'a.key', '1')];
      await foreign.put('b', 'other', '1');
      revisions.push(await foreign.put('b', 'a.key', '22'));
      revisions.push(await foreign.mark('b', 'a.key', 'DEL'));
      const all = await listAll(connection, 'b', { filter: 'a.>', history: true });
      expect(all.map(({ revision }) => revision)).toEqual(revisions);
      expect(all.map(({ operation, size }) => [operation, size])).toEqual([
        ['PUT', 1],
        ['PUT', 2],
        ['DEL', 0],
      ]);
    });

    it('tells the same of a key as a get', async ({ connection }) => {
      await connection.put('b', 'key', bytes('value'), { expected: 0 });
      const entry = await connection.get('b', 'key');
      const [info] = await listAll(connection, 'b');
      expect(entry).toMatchObject(info ?? {});
    });

    it.for<[string, string[]]>([
      ['orders.>', ['orders.1', 'orders.1.items']],
      ['orders.*', ['orders.1']],
      ['orders.1', ['orders.1']],
      ['*.1', ['orders.1', 'users.1']],
      ['nothing.>', []],
    ])('tells only what matches the filter %s', async ([filter, keys], { connection, foreign }) => {
      for (const key of ['orders', 'orders.1', 'orders.1.items', 'users.1']) {
        await foreign.put('b', key, 'x');
      }
      const found = byKey(await listAll(connection, 'b', { filter })).map(({ key }) => key);
      expect(found).toEqual(keys);
    });

    it('reads the same with values and headers', async ({ connection, foreign }) => {
      await foreign.put('b', 'gone', 'x');
      const headers = [['Kind', 'text']] as const;
      await connection.put('b', 'a.key', bytes('value'), { expected: 0, headers });
      await foreign.mark('b', 'gone', 'DEL');
      const read = await readAll(connection, { filter: '>' });
      expect(read).toEqual([
        await connection.get('b', 'a.key'),
        { ...(await connection.get('b', 'gone')) },
      ]);
      const all = await readAll(connection, { history: true });
      expect(all.map(({ key, value }) => [key, text(value)])).toEqual([
        ['gone', 'x'],
        ['a.key', 'value'],
        ['gone', ''],
      ]);
      const own = await readAll(connection, { filter: 'a.>' });
      expect(own.map(({ key }) => key)).toEqual(['a.key']);
    });

    it('throws when it is aborted', async ({ connection, foreign }) => {
      await foreign.put('b', 'key', 'x');
      await expectKind('cancelled', listAll(connection, 'b', { signal: abortedSignal() }));
      await expectKind('cancelled', readAll(connection, { signal: abortedSignal() }));
    });

    it('stops when the caller does', async ({ connection, foreign }) => {
      await foreign.put('b', 'key', 'x');
      for await (const batch of connection.list('b')) {
        expect(batch).toHaveLength(1);
        break;
      }
      expect(await listAll(connection, 'b')).toHaveLength(1);
    });
  });
}

async function readAll(connection: KvConnection, options: ListOptions): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const batch of connection.read('b', options)) {
    // What an entry makes only when it is looked at.
    entries.push(...batch.map((entry) => ({ ...entry })));
  }
  return entries;
}
