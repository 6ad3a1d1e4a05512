import { setTimeout } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import type { Entry } from '../../../src/kv/model/entry';
import type { KvConnection } from '../../../src/kv/model/kvConnection';
import type { Moment } from '../../../src/kv/model/moment';
import { contractTest } from './contractTest';
import { abortedSignal, expectKind, type SetUp, text } from './harness';

/** How every connection reads keys as they were at a moment. */
export function describeAsOfContract(setUp: SetUp): void {
  describe('reading as of a moment', () => {
    const it = contractTest(setUp, [{ name: 'b', history: 5 }]);

    it('tells the last message that each key had, up to a revision', async ({
      connection,
      foreign,
    }) => {
      await foreign.put('b', 'kept', 'old');
      await foreign.put('b', 'deleted.later', 'value');
      await foreign.put('b', 'deleted.before', 'value');
      const marker = await foreign.mark('b', 'deleted.before', 'DEL');
      await foreign.put('b', 'empty', '');
      const then = await foreign.put('b', 'kept', 'then');
      await foreign.put('b', 'kept', 'now');
      await foreign.mark('b', 'deleted.later', 'DEL');
      await foreign.put('b', 'created.later', 'now');
      const keys = ['kept', 'deleted.later', 'deleted.before', 'empty', 'created.later', 'never'];

      const found = await readAsOf(connection, keys, { kind: 'revision', revision: then });

      expect(found.map(shown)).toEqual([
        'PUT then',
        'PUT value',
        'DEL ',
        'PUT ',
        undefined,
        undefined,
      ]);
      expect(found[2]?.revision).toBe(marker);
      expect(found[0]).toMatchObject({ key: 'kept', revision: then });
      expect(await readAsOf(connection, ['kept'], { kind: 'revision', revision: 1 })).toMatchObject(
        [{ revision: 1 }],
      );
    });

    it('counts what was stored within the millisecond of a time', async ({
      connection,
      foreign,
    }) => {
      await foreign.put('b', 'key', 'old');
      await setTimeout(5);
      await foreign.put('b', 'key', 'then');
      await setTimeout(5);
      await foreign.put('b', 'key', 'now');
      const [, then] = await connection.history('b', 'key');
      const time = then?.created ?? 0;

      const at = async (moment: number): Promise<string | undefined> =>
        shown((await readAsOf(connection, ['key', 'other'], { kind: 'time', time: moment }))[0]);
      expect(await at(time)).toBe('PUT then');
      expect(await at(time - 1)).toBe('PUT old');
      expect(await at(time + 60_000)).toBe('PUT now');
      expect(await at(time - 60_000)).toBeUndefined();
    });

    it('has everything there is up to a revision that is yet to come', async ({
      connection,
      foreign,
    }) => {
      await foreign.put('b', 'a', '1');
      const moment = { kind: 'revision', revision: 1_000 } as const;
      expect((await readAsOf(connection, ['a', 'b'], moment)).map(shown)).toEqual([
        'PUT 1',
        undefined,
      ]);
      await foreign.put('b', 'b', '2');
      expect((await readAsOf(connection, ['a', 'b'], moment)).map(shown)).toEqual([
        'PUT 1',
        'PUT 2',
      ]);
    });

    it('finds nothing that the history has dropped', async ({ connection, foreign }) => {
      for (let at = 1; at <= 7; at++) {
        await foreign.put('b', 'key', String(at));
      }
      await foreign.put('b', 'purged', 'value');
      await foreign.mark('b', 'purged', 'PURGE');
      const moment = { kind: 'revision', revision: 2 } as const;
      expect(await readAsOf(connection, ['key', 'purged'], moment)).toEqual([undefined, undefined]);
    });

    it('throws as any read does', async ({ connection, foreign }) => {
      await foreign.put('b', 'a', '1');
      const asOf = { kind: 'revision', revision: 1 } as const;
      const signal = abortedSignal();
      await expectKind('cancelled', connection.getMany('b', ['a', 'b'], { asOf, signal }));
      await expectKind('notFound', connection.getMany('missing', ['a', 'b'], { asOf }));
    });
  });
}

function readAsOf(
  connection: KvConnection,
  keys: readonly string[],
  asOf: Moment,
): Promise<(Entry | undefined)[]> {
  return connection.getMany('b', keys, { asOf });
}

function shown(entry: Entry | undefined): string | undefined {
  return entry && `${entry.operation} ${text(entry.value)}`;
}
