import { describe, expect } from 'vitest';
import { createEntry } from '../../../src/kv/operations/createEntry';
import type { KvConnection } from '../../../src/kv/model/kvConnection';
import { resolveWrite } from '../../../src/kv/operations/resolveWrite';
import { restoreEntry } from '../../../src/kv/operations/restoreEntry';
import { contractTest } from './contractTest';
import { abortedSignal, bytes, expectKind, text, type SetUp } from './harness';

/** What is made of single calls: creating, restoring, and finding out how a write ended. */
export function describeEntryProgramContract(setUp: SetUp): void {
  describe('compound operations', () => {
    const it = contractTest(setUp, [{ name: 'b', history: 5 }, { name: 'single' }]);

    it('creates a key that was never written', async ({ connection }) => {
      const outcome = await createEntry(connection, 'b', 'key', bytes('x'));
      expect(outcome).toEqual({ kind: 'saved', revision: 1 });
    });

    it.for(['DEL', 'PURGE'] as const)(
      'creates a key again over its %s marker',
      async (marker, { connection, foreign }) => {
        await foreign.put('b', 'key', 'old');
        await foreign.mark('b', 'key', marker);
        const outcome = await createEntry(connection, 'b', 'key', bytes('new'));
        expect(outcome).toEqual({ kind: 'saved', revision: 3 });
        expect(text((await connection.get('b', 'key'))?.value)).toBe('new');
      },
    );

    it.for(['', 'x'])(
      'does not create a key that has the value %j',
      async (value, { connection, foreign }) => {
        const revision = await foreign.put('b', 'key', value);
        const outcome = await createEntry(connection, 'b', 'key', bytes('mine'));
        expect(outcome).toEqual({ kind: 'conflict', revision });
        expect(text((await connection.get('b', 'key'))?.value)).toBe(value);
      },
    );

    it('restores the value of an earlier revision as a new one', async ({
      connection,
      foreign,
    }) => {
      const first = await foreign.put('b', 'key', 'one');
      const expected = await foreign.put('b', 'key', 'two');
      const outcome = await restoreEntry(connection, 'b', 'key', { revision: first }, { expected });
      expect(outcome).toEqual({ kind: 'saved', revision: expected + 1 });
      expect(text((await connection.get('b', 'key'))?.value)).toBe('one');
    });

    it('does not restore over a change that was not expected', async ({ connection, foreign }) => {
      const first = await foreign.put('b', 'key', 'one');
      const expected = await foreign.put('b', 'key', 'two');
      const revision = await foreign.put('b', 'key', 'three');
      const outcome = await restoreEntry(connection, 'b', 'key', { revision: first }, { expected });
      expect(outcome).toEqual({ kind: 'conflict', revision });
    });

    it('cannot restore what is gone, a marker, or a revision of another key', async ({
      connection,
      foreign,
    }) => {
      const first = await foreign.put('single', 'key', 'one');
      const expected = await foreign.put('single', 'key', 'two');
      const other = await foreign.put('single', 'other', 'x');
      const marker = await foreign.mark('single', 'key', 'DEL');
      const restore = (from: number) =>
        restoreEntry(connection, 'single', 'key', { revision: from }, { expected: marker });
      await expectKind('notFound', restore(first));
      await expectKind('notFound', restore(expected));
      await expectKind('notFound', restore(other));
      await expectKind('unsupported', restore(marker));
    });

    it('tells that an unknown write was not made', async ({ connection, foreign }) => {
      expect(await resolve(connection, 'b', 0)).toEqual({ kind: 'notWritten' });
      const revision = await foreign.put('b', 'key', 'theirs');
      expect(await resolve(connection, 'b', revision)).toEqual({ kind: 'notWritten' });
    });

    it('tells that an unknown write was saved', async ({ connection, foreign }) => {
      const expected = await foreign.put('single', 'key', 'theirs');
      const revision = await foreign.put('single', 'key', 'mine');
      expect(await resolve(connection, 'single', expected)).toEqual({ kind: 'saved', revision });
    });

    it('tells that an unknown delete was saved', async ({ connection, foreign }) => {
      const expected = await foreign.put('b', 'key', 'theirs');
      const revision = await foreign.mark('b', 'key', 'DEL');
      const told = await resolveWrite(connection, 'b', 'key', 'DEL', { expected });
      expect(told).toEqual({ kind: 'saved', revision });
    });

    it('takes a marker for no value, however empty that was', async ({ connection, foreign }) => {
      const expected = await foreign.put('b', 'key', 'theirs');
      const revision = await foreign.mark('b', 'key', 'DEL');
      expect(await resolve(connection, 'b', expected, { value: bytes('') })).toEqual({
        kind: 'conflict',
        revision,
        certain: true,
      });
    });

    it('finds an unknown write that was replaced since, where there is history', async ({
      connection,
      foreign,
    }) => {
      const expected = await foreign.put('b', 'key', 'theirs');
      const revision = await foreign.put('b', 'key', 'mine');
      const replacedBy = await foreign.put('b', 'key', 'later');
      expect(await resolve(connection, 'b', expected)).toEqual({
        kind: 'saved',
        revision,
        replacedBy,
      });
    });

    it('is certain of a conflict when the next revision is still there', async ({
      connection,
      foreign,
    }) => {
      const expected = await foreign.put('b', 'key', 'theirs');
      await foreign.put('b', 'key', 'next');
      const revision = await foreign.put('b', 'key', 'later');
      expect(await resolve(connection, 'b', expected)).toEqual({
        kind: 'conflict',
        revision,
        certain: true,
      });
    });

    it('is not certain of a conflict without history', async ({ connection, foreign }) => {
      const expected = await foreign.put('single', 'key', 'theirs');
      const revision = await foreign.put('single', 'key', 'later');
      expect(await resolve(connection, 'single', expected)).toEqual({
        kind: 'conflict',
        revision,
        certain: false,
      });
    });

    it('is not certain of anything when the messages of the key are gone', async ({
      connection,
    }) => {
      expect(await resolve(connection, 'b', 7)).toEqual({
        kind: 'conflict',
        revision: 0,
        certain: false,
      });
    });

    it('waits for the link before it finds out', async ({ connection, foreign, harness }) => {
      const revision = await foreign.put('b', 'key', 'mine');
      await harness.cutLink();
      const told = resolve(connection, 'b', 0);
      await harness.restoreLink();
      expect(await told).toEqual({ kind: 'saved', revision });
    });

    it('does not wait when it is aborted or the connection was closed', async ({
      connection,
      harness,
    }) => {
      await harness.cutLink();
      const signal = abortedSignal();
      const options = { expected: 0, signal };
      await expectKind('cancelled', resolveWrite(connection, 'b', 'key', 'DEL', options));
      const told = resolve(connection, 'b', 0);
      await Promise.all([expectKind('disconnected', told), connection.close()]);
    });
  });
}

/** Finds out how a write to `key` over that revision ended. */
function resolve(
  connection: KvConnection,
  bucket: string,
  expected: number,
  attempted = { value: bytes('mine') },
) {
  return resolveWrite(connection, bucket, 'key', attempted, { expected });
}
