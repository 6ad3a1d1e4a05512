import { describe, expect } from 'vitest';
import { batchOf, takesBatches, type BatchChange } from '../../../src/kv/model/batch';
import { isKvError } from '../../../src/kv/model/errors';
import type { KvConnection } from '../../../src/kv/model/kvConnection';
import { writeBatch } from '../../../src/kv/operations/writeBatch';
import { contractTest } from './contractTest';
import { abortedSignal, bytes, expectKind, listAll, text, type SetUp } from './harness';

/** How every connection writes several keys as one. */
export function describeBatchContract(setUp: SetUp): void {
  describe('writing several keys together', () => {
    const it = contractTest(setUp, [{ name: 'plain', history: 5 }]);

    it('stores all of them under one range of revisions', async ({ connection, foreign, skip }) => {
      skip(!(await hasBatches(connection)), 'the server takes no batches');
      const changed = await foreign.put('b', 'changed', 'old');
      const gone = await foreign.put('b', 'gone', 'old');
      const marker = await foreign.mark('b', 'again', 'DEL');
      const outcome = await connection.writeBatch(
        'b',
        [
          put('changed', 'new', changed),
          { kind: 'delete', key: 'gone', expected: gone },
          put('again', 'back', marker),
          { ...put('made', 'now', 0), headers: [['Source', 'test']] },
        ],
        { id: 'one' },
      );
      expect(outcome).toEqual({ kind: 'saved', first: marker + 1, last: marker + 4 });
      const entries = await connection.getMany('b', ['changed', 'gone', 'again', 'made']);
      expect(
        entries.map((entry) => [entry?.operation, text(entry?.value), entry?.revision]),
      ).toEqual([
        ['PUT', 'new', marker + 1],
        ['DEL', '', marker + 2],
        ['PUT', 'back', marker + 3],
        ['PUT', 'now', marker + 4],
      ]);
      expect(entries.map((entry) => entry && batchOf(entry))).toEqual(
        [1, 2, 3, 4].map((place) => ({ id: 'one', place })),
      );
      expect(entries[3]?.headers).toContainEqual(['Source', 'test']);
    });

    it('stores a single change, and as many as it may', async ({ connection, skip }) => {
      skip(!(await hasBatches(connection)), 'the server takes no batches');
      const many = Array.from({ length: 1_000 }, (_, at) => put(`k.${at}`, 'x', 0));
      expect(await connection.writeBatch('b', [put('one', '1', 0)], { id: '1' })).toEqual({
        kind: 'saved',
        first: 1,
        last: 1,
      });
      expect(await connection.writeBatch('b', many, { id: '2' })).toEqual({
        kind: 'saved',
        first: 2,
        last: 1_001,
      });
      await expectKind(
        'limitReached',
        connection.writeBatch('b', [...many, put('more', 'x', 0)], { id: '3' }),
      );
    });

    it('stores nothing when one key has changed, and names that key', async ({
      connection,
      foreign,
      skip,
    }) => {
      skip(!(await hasBatches(connection)), 'the server takes no batches');
      const [one, two] = [await foreign.put('b', 'one', '1'), await foreign.put('b', 'two', '1')];
      const newer = await foreign.put('b', 'two', '2');
      const changes = [put('one', 'x', one), put('two', 'x', two), put('three', 'x', 0)];
      expect(await connection.writeBatch('b', changes, { id: 'one' })).toEqual({
        kind: 'conflict',
      });
      const result = await writeBatch({ connection, bucket: 'b' }, changes);
      expect(result).toEqual({ kind: 'conflict', keys: [{ key: 'two', revision: newer }] });
      expect((await listAll(connection, 'b')).map(({ key, revision }) => [key, revision])).toEqual([
        ['one', one],
        ['two', newer],
      ]);
    });

    it('sends nothing to a bucket that takes none', async ({ connection, foreign }) => {
      const revision = await foreign.put('plain', 'key', '1');
      const changes = [put('key', '2', revision), put('other', '2', 0)];
      await expectKind('unsupported', connection.writeBatch('plain', changes, { id: 'one' }));
      expect(await writeBatch({ connection, bucket: 'plain' }, changes)).toMatchObject({
        kind: 'notWritten',
        error: { kind: 'unsupported' },
      });
      expect(await connection.bucketStatus('plain')).toMatchObject({ values: 1 });
    });

    it('refuses what can be no batch, and a bucket that was made again', async ({
      connection,
      foreign,
      skip,
    }) => {
      skip(!(await hasBatches(connection)), 'the server takes no batches');
      const { created } = await connection.bucketStatus('b');
      const write = (changes: readonly BatchChange[], options = {}) =>
        connection.writeBatch('b', changes, { id: 'one', ...options });
      await expectKind('limitReached', write([]));
      await expectKind('invalidKey', write([put('a', '1', 0), put('a', '2', 0)]));
      await expectKind('invalidKey', write([put('a..b', '1', 0)]));
      const large = { ...put('a', '', 0), value: new Uint8Array(2 * 1024 * 1024) };
      await expectKind('tooLarge', write([put('b', '1', 0), large]));
      await expectKind('unsupported', write([{ ...put('a', '1', 0), ttl: 60_000 }]));
      await expectKind('cancelled', write([put('a', '1', 0)], { signal: abortedSignal() }));
      await expectKind('notFound', connection.writeBatch('none', [put('a', '1', 0)], { id: '1' }));
      await foreign.createMirror('copy', 'plain');
      const toMirror = connection.writeBatch('copy', [put('a', '1', 0)], { id: '1' });
      await expectKind('unsupported', toMirror);
      await foreign.deleteBucket('b');
      await foreign.createBucket({ name: 'b', stream: { allow_atomic: true } });
      await expectKind('notFound', write([put('a', '1', 0)], { bucketCreated: created }));
      expect(await listAll(connection, 'b')).toEqual([]);
    });

    it('keeps the times to live that are asked for', async ({ connection, skip }) => {
      const ttls = { allow_msg_ttl: true };
      skip(!(await hasBatches(connection, ttls)), 'the server takes no batches');
      const changes = [{ ...put('a', '1', 0), ttl: 600_000 }, put('b', '1', 0)];
      await connection.writeBatch('b', changes, { id: 'one' });
      const [a, b] = await connection.getMany('b', ['a', 'b']);
      expect([a?.ttl, b?.ttl]).toEqual([600_000, undefined]);
    });

    it('fails at once while the link is down', async ({ connection, harness, skip }) => {
      skip(!(await hasBatches(connection)), 'the server takes no batches');
      await harness.cutLink();
      await expectKind('disconnected', connection.writeBatch('b', [put('a', '1', 0)], { id: '1' }));
      const result = await writeBatch({ connection, bucket: 'b' }, [put('a', '1', 0)]);
      expect(result).toMatchObject({ kind: 'notWritten', error: { kind: 'disconnected' } });
    });
  });
}

function put(key: string, value: string, expected: number): BatchChange & { kind: 'put' } {
  return { kind: 'put', key, value: bytes(value), expected };
}

/** Makes the bucket `b` as one that takes batches; false where the server has none. */
async function hasBatches(connection: KvConnection, others: object = {}): Promise<boolean> {
  const stream = { allow_atomic: true, ...others };
  try {
    return takesBatches(await connection.createBucket({ name: 'b', stream }));
  } catch (error) {
    if (isKvError(error, 'invalidConfig')) {
      return false;
    }
    throw error;
  }
}
