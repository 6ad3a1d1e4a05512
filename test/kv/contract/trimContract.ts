import { describe, expect } from 'vitest';
import { contractTest } from './contractTest';
import { abortedSignal, bytes, expectKind, listAll, type SetUp } from './harness';

/** How every connection trims keys, and tells one bucket of a name from the next. */
export function describeTrimContract(setUp: SetUp): void {
  describe('trimming', () => {
    const it = contractTest(setUp, [{ name: 'b', history: 5 }]);

    it('removes the messages of one key below a revision', async ({ connection, foreign }) => {
      await foreign.put('b', 'key', '1');
      await foreign.put('b', 'other', '1');
      await foreign.put('b', 'key', '2');
      const before = await foreign.put('b', 'key', '3');
      expect(await connection.trim('b', 'key', { before })).toBe(2);
      expect((await connection.history('b', 'key')).map(({ revision }) => revision)).toEqual([
        before,
      ]);
      expect(await connection.get('b', 'other')).toMatchObject({ operation: 'PUT' });
      expect(await connection.trim('b', 'key', { before })).toBe(0);
    });

    it('removes a marker, and leaves what was put over it', async ({ connection, foreign }) => {
      await foreign.put('b', 'key', '1');
      const marker = await foreign.mark('b', 'key', 'DEL');
      const put = await foreign.put('b', 'key', '2');
      expect(await connection.trim('b', 'key', { before: marker + 1 })).toBe(2);
      expect(await listAll(connection, 'b')).toMatchObject([{ key: 'key', revision: put }]);
    });

    it('leaves a bucket alone that was made again since', async ({ connection, foreign }) => {
      const revision = await foreign.put('b', 'key', '1');
      const { created } = await connection.bucketStatus('b');
      await foreign.deleteBucket('b');
      await foreign.createBucket({ name: 'b', history: 5 });
      expect(await foreign.put('b', 'key', 'theirs')).toBe(revision);
      // A link that was down has heard nothing of it.
      await connection.bucketStatus('b');
      const seen = { expected: revision, bucketCreated: created };
      await expectKind(
        'notFound',
        connection.trim('b', 'key', { before: 9, bucketCreated: created }),
      );
      await expectKind('notFound', connection.deleteBucket('b', { bucketCreated: created }));
      await expectKind('notFound', connection.delete('b', 'key', seen));
      await expectKind('notFound', connection.purge('b', 'key', seen));
      await expectKind('notFound', connection.put('b', 'key', bytes('ours'), seen));
      expect(await connection.get('b', 'key')).toMatchObject({ operation: 'PUT', revision });
    });

    it('writes to the bucket that was meant', async ({ connection }) => {
      const { created } = await connection.bucketStatus('b');
      const put = await connection.put('b', 'key', bytes('1'), {
        expected: 0,
        bucketCreated: created,
      });
      expect(put).toMatchObject({ kind: 'saved' });
      expect(await connection.trim('b', 'key', { before: 9, bucketCreated: created })).toBe(1);
    });

    it('throws for a mirror, a missing bucket, and when it is aborted', async ({
      connection,
      foreign,
    }) => {
      await foreign.createMirror('copy', 'b');
      await expectKind('unsupported', connection.trim('copy', 'key', { before: 2 }));
      await expectKind('notFound', connection.trim('missing', 'key', { before: 2 }));
      await expectKind('invalidKey', connection.trim('b', 'a..b', { before: 2 }));
      const signal = abortedSignal();
      await expectKind('cancelled', connection.trim('b', 'key', { before: 2, signal }));
    });

    it('cannot have a leader step down where there is no cluster', async ({ connection }) => {
      await expectKind('unsupported', connection.stepDown('b'));
      await expectKind('notFound', connection.stepDown('missing'));
    });
  });
}
