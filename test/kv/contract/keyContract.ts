import { describe, expect } from 'vitest';
import { contractTest } from './contractTest';
import { abortedSignal, bytes, expectKind, listAll, text, type SetUp } from './harness';

/** What every connection does with single keys. */
export function describeKeyContract(setUp: SetUp): void {
  describe('keys', () => {
    const it = contractTest(setUp, [{ name: 'b', history: 5 }]);

    it('returns undefined for a key that was never written', async ({ connection }) => {
      expect(await connection.get('b', 'key')).toBeUndefined();
    });

    it('returns what was put, with its revision and time', async ({ connection }) => {
      const outcome = await connection.put('b', 'key', bytes('value'), { expected: 0 });
      expect(outcome).toEqual({ kind: 'saved', revision: 1 });
      const entry = await connection.get('b', 'key');
      expect(entry).toMatchObject({ key: 'key', revision: 1, operation: 'PUT', size: 5 });
      expect(text(entry?.value)).toBe('value');
      expect(Math.abs((entry?.created ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    it('keeps an empty value apart from no value', async ({ connection }) => {
      await connection.put('b', 'key', bytes(''), { expected: 0 });
      const entry = await connection.get('b', 'key');
      expect(entry).toMatchObject({ operation: 'PUT', size: 0, value: new Uint8Array() });
    });

    it('stores every byte as it is', async ({ connection }) => {
      const value = Uint8Array.from({ length: 512 }, (_, at) => at % 256);
      await connection.put('b', 'key', value, { expected: 0 });
      expect(Array.from((await connection.get('b', 'key'))?.value ?? [])).toEqual([...value]);
    });

    it('replaces the revision that was expected', async ({ connection, foreign }) => {
      const revision = await foreign.put('b', 'key', 'one');
      const outcome = await connection.put('b', 'key', bytes('two'), { expected: revision });
      expect(outcome).toEqual({ kind: 'saved', revision: revision + 1 });
      expect(text((await connection.get('b', 'key'))?.value)).toBe('two');
    });

    it('writes nothing when another revision is there, and tells which', async ({
      connection,
      foreign,
    }) => {
      const old = await foreign.put('b', 'key', 'one');
      const revision = await foreign.put('b', 'key', 'theirs');
      const outcome = await connection.put('b', 'key', bytes('mine'), { expected: old });
      expect(outcome).toEqual({ kind: 'conflict', revision });
      expect(text((await connection.get('b', 'key'))?.value)).toBe('theirs');
    });

    it('does not create a key that exists', async ({ connection, foreign }) => {
      const revision = await foreign.put('b', 'key', 'theirs');
      const outcome = await connection.put('b', 'key', bytes('mine'), { expected: 0 });
      expect(outcome).toEqual({ kind: 'conflict', revision });
    });

    it('leaves a marker when it deletes, which can be replaced', async ({ connection }) => {
      await connection.put('b', 'key', bytes('value'), { expected: 0 });
      expect(await connection.delete('b', 'key', { expected: 1 })).toEqual({
        kind: 'saved',
        revision: 2,
      });
      expect(await connection.get('b', 'key')).toMatchObject({ operation: 'DEL', size: 0 });
      expect(await connection.put('b', 'key', bytes('again'), { expected: 2 })).toEqual({
        kind: 'saved',
        revision: 3,
      });
    });

    it('does not delete a key that was changed', async ({ connection, foreign }) => {
      const old = await foreign.put('b', 'key', 'one');
      const revision = await foreign.put('b', 'key', 'two');
      const outcome = await connection.delete('b', 'key', { expected: old });
      expect(outcome).toEqual({ kind: 'conflict', revision });
      expect(await connection.get('b', 'key')).toMatchObject({ operation: 'PUT' });
    });

    it('tells a purge by another client', async ({ connection, foreign }) => {
      await foreign.put('b', 'key', 'one');
      const revision = await foreign.mark('b', 'key', 'PURGE');
      expect(await connection.get('b', 'key')).toMatchObject({ operation: 'PURGE', revision });
      expect(await connection.bucketStatus('b')).toMatchObject({ values: 1 });
    });

    it.for(['foo:bar', '/', 'a/b=c_d-e', 'kľúč', '鍵.🔑', '$x', 'a*b.c>d', '%20', '\u00a0x'])(
      'stores the key %j',
      async (key, { connection }) => {
        await connection.put('b', key, bytes(key), { expected: 0 });
        const entry = await connection.get('b', key);
        expect(entry).toMatchObject({ key, revision: 1 });
        expect(text(entry?.value)).toBe(key);
        expect(await listAll(connection, 'b')).toMatchObject([{ key }]);
      },
    );

    it('keeps a key apart from one that it is a prefix of', async ({ connection }) => {
      await connection.put('b', 'a', bytes('1'), { expected: 0 });
      await connection.put('b', 'a.b', bytes('2'), { expected: 0 });
      expect(text((await connection.get('b', 'a'))?.value)).toBe('1');
      expect(text((await connection.get('b', 'a.b'))?.value)).toBe('2');
    });

    it.for(['', '.a', 'a.', 'a..b', 'a b', 'a\nb', '*', 'a.>', '\ud800'])(
      'refuses the key %j',
      async (key, { connection }) => {
        await expectKind('invalidKey', connection.get('b', key));
        await expectKind('invalidKey', connection.getRevision('b', key, 1));
        await expectKind('invalidKey', connection.put('b', key, bytes(''), { expected: 0 }));
        await expectKind('invalidKey', connection.delete('b', key, { expected: 0 }));
        await expectKind('invalidKey', connection.purge('b', key, { expected: 0 }));
      },
    );

    it('refuses a value that exceeds the limit of the server', async ({ connection }) => {
      const { current } = connection.state;
      const limit = current.kind === 'connected' ? current.server.maxPayload : 0;
      const value = new Uint8Array(limit + 1);
      await expectKind('tooLarge', connection.put('b', 'key', value, { expected: 0 }));
    });

    it('refuses a value that exceeds the limit of the bucket', async ({ connection }) => {
      await connection.createBucket({ name: 'small', maxValueSize: 200 });
      const put = connection.put('small', 'key', new Uint8Array(300), { expected: 0 });
      await expectKind('tooLarge', put);
    });

    it('sends nothing when the signal was aborted before', async ({ connection }) => {
      const signal = abortedSignal();
      await expectKind('cancelled', connection.get('b', 'key', { signal }));
      const put = connection.put('b', 'key', bytes('x'), { expected: 0, signal });
      await expectKind('cancelled', put);
      expect(await connection.get('b', 'key')).toBeUndefined();
    });
  });
}
