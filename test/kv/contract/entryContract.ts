import { ownHeaders } from '../../../src/kv/model/headers';
import { describe, expect } from 'vitest';
import type { Entry } from '../../../src/kv/model/entry';
import { contractTest } from './contractTest';
import { abortedSignal, bytes, expectKind, text, type SetUp } from './harness';

/** How every connection reads revisions, many keys and histories, and purges. */
export function describeEntryContract(setUp: SetUp): void {
  describe('entries', () => {
    const it = contractTest(setUp, [{ name: 'b', history: 5 }]);

    const summary = (entries: readonly (Entry | undefined)[]) =>
      entries.map((entry) => entry && [entry.operation, text(entry.value)]);

    it('reads its own write from the leader', async ({ connection, foreign }) => {
      await foreign.put('b', 'key', 'one');
      const entry = await connection.get('b', 'key', { consistent: true });
      expect(entry).toMatchObject({ key: 'key', revision: 1, operation: 'PUT', size: 3 });
      expect(await connection.get('b', 'other', { consistent: true })).toBeUndefined();
      await expectKind('notFound', connection.get('missing', 'key', { consistent: true }));
    });

    it.for([true, false])(
      'reads a stored revision, consistent: %s',
      async (consistent, { connection, foreign }) => {
        const first = await foreign.put('b', 'key', 'one');
        await foreign.put('b', 'key', 'two');
        const entry = await connection.getRevision('b', 'key', first, { consistent });
        expect(entry).toMatchObject({ key: 'key', revision: first, operation: 'PUT' });
        expect(text(entry?.value)).toBe('one');
      },
    );

    it.for([true, false])(
      'reads nothing for a revision that is gone, none, or of another key, consistent: %s',
      async (consistent, { connection, foreign }) => {
        const first = await foreign.put('b', 'key', 'one');
        const other = await foreign.put('b', 'other', 'x');
        const marker = await foreign.mark('b', 'key', 'PURGE');
        const read = (revision: number) =>
          connection.getRevision('b', 'key', revision, { consistent });
        expect(await read(first)).toBeUndefined();
        expect(await read(other)).toBeUndefined();
        expect(await read(marker)).toMatchObject({ operation: 'PURGE' });
        expect(await Promise.all([0, -1, 1.5, 999].map(read))).toEqual(Array(4).fill(undefined));
      },
    );

    it.for([true, false])(
      'throws notFound when the bucket was deleted after it was read, consistent: %s',
      async (consistent, { connection, foreign }) => {
        const revision = await foreign.put('b', 'key', 'one');
        await connection.get('b', 'key', { consistent });
        await foreign.deleteBucket('b');
        await expectKind('notFound', connection.getRevision('b', 'key', revision, { consistent }));
        await expectKind('notFound', connection.get('b', 'key', { consistent }));
      },
    );

    it('reads many keys in the order asked, with undefined for those that are not there', async ({
      connection,
      foreign,
    }) => {
      await foreign.put('b', 'a', 'old');
      await foreign.put('b', 'a', 'one');
      await foreign.put('b', 'empty', '');
      await foreign.put('b', 'gone', 'x');
      await foreign.mark('b', 'gone', 'DEL');
      await foreign.put('b', 'foo:bar', 'two');
      const keys = ['foo:bar', 'missing', 'gone', 'empty', 'a', 'foo:bar', 'missing.too'];
      const entries = await connection.getMany('b', keys);
      expect(entries.map((entry) => entry?.key)).toEqual(
        keys.map((key) => (key.startsWith('missing') ? undefined : key)),
      );
      expect(summary(entries)).toEqual([
        ['PUT', 'two'],
        undefined,
        ['DEL', ''],
        ['PUT', ''],
        ['PUT', 'one'],
        ['PUT', 'two'],
        undefined,
      ]);
      expect(entries[4]).toEqual(await connection.get('b', 'a'));
    });

    it('reads many keys when there are none, or none of them exists', async ({ connection }) => {
      expect(await connection.getMany('b', [])).toEqual([]);
      expect(await connection.getMany('b', ['x'])).toEqual([undefined]);
      expect(await connection.getMany('b', ['x', 'y'])).toEqual([undefined, undefined]);
    });

    it('refuses to read many keys when one is invalid, the bucket is missing, or it is aborted', async ({
      connection,
    }) => {
      await expectKind('invalidKey', connection.getMany('b', ['a', 'b.>']));
      await expectKind('notFound', connection.getMany('missing', ['a', 'b']));
      const signal = abortedSignal();
      await expectKind('cancelled', connection.getMany('b', ['a', 'b'], { signal }));
    });

    it('tells the history of a key, oldest first, markers included', async ({
      connection,
      foreign,
    }) => {
      const first = await foreign.put('b', 'key', 'one');
      await foreign.put('b', 'key.other', 'x');
      await foreign.put('b', 'key', '');
      await foreign.mark('b', 'key', 'DEL');
      const last = await foreign.put('b', 'key', 'two');
      const history = await connection.history('b', 'key');
      expect(summary(history)).toEqual([
        ['PUT', 'one'],
        ['PUT', ''],
        ['DEL', ''],
        ['PUT', 'two'],
      ]);
      expect(history[0]).toMatchObject({ key: 'key', revision: first, size: 3 });
      expect(history.at(-1)).toEqual(await connection.get('b', 'key'));
      expect(history.at(-1)?.revision).toBe(last);
    });

    it('tells the history without its values just as it tells it with them', async ({
      connection,
      foreign,
    }) => {
      expect(await connection.historyInfo('b', 'key')).toEqual([]);
      await foreign.put('b', 'key', 'one');
      await foreign.put('b', 'key', '');
      await foreign.mark('b', 'key', 'DEL');
      const headers = [['Trace', 'x y']] as const;
      await connection.put('b', 'key', bytes('with headers'), { expected: 'any', headers });
      await foreign.mark('b', 'key.other', 'DEL');
      const history = await connection.history('b', 'key');
      expect(await connection.historyInfo('b', 'key')).toEqual(
        history.map((entry) => {
          const { key, revision, operation, created, size, ttl } = entry;
          return { key, revision, operation, created, size, ttl, headers: ownHeaders(entry) };
        }),
      );
      expect(history.map(({ size }) => size)).toEqual([3, 0, 0, 12]);
      await expectKind('notFound', connection.historyInfo('missing', 'key'));
      const signal = abortedSignal();
      await expectKind('cancelled', connection.historyInfo('b', 'key', { signal }));
    });

    it('stores the headers that it is given with a value', async ({ connection }) => {
      const headers = [
        ['Trace', 'x y'],
        ['trace', 'another'],
      ] as const;
      await connection.put('b', 'key', bytes('x'), { expected: 0, headers });
      expect((await connection.get('b', 'key'))?.headers).toEqual(
        expect.arrayContaining(headers.map((pair) => [...pair])),
      );
      const [told] = await connection.historyInfo('b', 'key');
      expect(told?.headers).toEqual(headers);
    });

    it('tells an empty history, and one as long as the bucket keeps', async ({
      connection,
      foreign,
    }) => {
      expect(await connection.history('b', 'key')).toEqual([]);
      for (let count = 0; count < 8; count++) {
        await foreign.put('b', 'key', String(count));
      }
      const values = (await connection.history('b', 'key')).map(({ value }) => text(value));
      expect(values).toEqual(['3', '4', '5', '6', '7']);
    });

    it('refuses the history of an invalid key, of a missing bucket, or when it is aborted', async ({
      connection,
    }) => {
      await expectKind('invalidKey', connection.history('b', '*'));
      await expectKind('notFound', connection.history('missing', 'key'));
      await expectKind('cancelled', connection.history('b', 'key', { signal: abortedSignal() }));
    });

    it('purges a key: its history goes and a marker stays', async ({ connection, foreign }) => {
      await foreign.put('b', 'key', 'one');
      const expected = await foreign.put('b', 'key', 'two');
      const outcome = await connection.purge('b', 'key', { expected });
      expect(outcome).toEqual({ kind: 'saved', revision: expected + 1 });
      expect(summary(await connection.history('b', 'key'))).toEqual([['PURGE', '']]);
    });

    it('does not purge a key that was changed', async ({ connection, foreign }) => {
      const expected = await foreign.put('b', 'key', 'one');
      const revision = await foreign.put('b', 'key', 'two');
      const outcome = await connection.purge('b', 'key', { expected });
      expect(outcome).toEqual({ kind: 'conflict', revision });
      expect(await connection.history('b', 'key')).toHaveLength(2);
    });

    it('writes over any revision when that is asked for', async ({ connection, foreign }) => {
      const expected = 'any';
      await foreign.put('b', 'key', 'one');
      expect(await connection.put('b', 'key', bytes('two'), { expected })).toMatchObject({
        kind: 'saved',
      });
      expect(await connection.delete('b', 'key', { expected })).toMatchObject({ kind: 'saved' });
      expect(await connection.purge('b', 'key', { expected })).toMatchObject({ revision: 4 });
    });

    it('refuses a TTL where the bucket has none, and then writes nothing', async ({
      connection,
    }) => {
      const options = { expected: 0, ttl: { kind: 'set', ttl: 60_000 } } as const;
      await expectKind('unsupported', connection.put('b', 'key', bytes('x'), options));
      await expectKind('unsupported', connection.purge('b', 'key', { expected: 0, ttl: 60_000 }));
      expect(await connection.get('b', 'key')).toBeUndefined();
    });

    it('keeps or drops a TTL that is not there', async ({ connection }) => {
      for (const [expected, kind] of ['keep', 'drop', 'keep'].entries()) {
        const ttl = { kind: kind === 'keep' ? 'keep' : 'drop' } as const;
        const outcome = await connection.put('b', 'key', bytes('x'), { expected, ttl });
        expect(outcome).toEqual({ kind: 'saved', revision: expected + 1 });
      }
      expect((await connection.get('b', 'key'))?.ttl).toBeUndefined();
    });
  });
}
