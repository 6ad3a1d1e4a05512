import { describe, expect } from 'vitest';
import type { BucketSnapshot } from '../../../src/kv/model/backup';
import { contractTest } from './contractTest';
import { abortedSignal, bytes, expectKind, text, type SetUp } from './harness';

/** How every connection takes a snapshot of a bucket, and makes a bucket of it again. */
export function describeBackupContract(setUp: SetUp): void {
  describe('snapshots', () => {
    const it = contractTest(setUp, [{ name: 'b', history: 5, description: 'kept' }]);

    it('brings back every revision with its time, markers and settings', async ({
      connection,
      foreign,
    }) => {
      await foreign.put('b', 'orders.1', 'one');
      await foreign.put('b', 'gone', 'x');
      await foreign.put('b', 'orders.1', 'two');
      await foreign.mark('b', 'gone', 'DEL');
      const [history, gone] = await Promise.all([
        connection.history('b', 'orders.1'),
        connection.history('b', 'gone'),
      ]);

      const packed = await pack(await connection.snapshot('b'));
      await foreign.deleteBucket('b');
      const restored = await connection.restore(unpacked(packed));

      expect(restored).toMatchObject({ name: 'b', history: 5, description: 'kept', values: 4 });
      expect(restored.lastRevision).toBe(4);
      expect(await connection.history('b', 'orders.1')).toEqual(history);
      expect(await connection.history('b', 'gone')).toEqual(gone);
      const put = await connection.put('b', 'orders.1', bytes('three'), { expected: 3 });
      expect(put).toEqual({ kind: 'saved', revision: 5 });
    });

    it('brings back a bucket that was empty, with the number of its last revision', async ({
      connection,
      foreign,
    }) => {
      await foreign.put('b', 'key', 'x');
      const end = (await foreign.put('b', 'key', 'y')) + 1;
      expect(await connection.trim('b', 'key', { before: end })).toBe(2);
      const packed = await pack(await connection.snapshot('b'));
      await foreign.deleteBucket('b');
      expect(await connection.restore(unpacked(packed))).toMatchObject({ values: 0 });
      const put = await connection.put('b', 'key', bytes('z'), { expected: 0 });
      expect(put).toEqual({ kind: 'saved', revision: 3 });
    });

    it('leaves a bucket alone that is there', async ({ connection, foreign }) => {
      await foreign.put('b', 'key', 'old');
      const packed = await pack(await connection.snapshot('b'));
      await foreign.put('b', 'key', 'new');
      await expectKind('alreadyExists', connection.restore(unpacked(packed)));
      expect(text((await connection.get('b', 'key'))?.value)).toBe('new');
    });

    it('leaves nothing of what is cut or damaged', async ({ connection, foreign }) => {
      for (let at = 0; at < 30; at++) {
        await foreign.put('b', `key${at}`, `value ${at}`);
      }
      const packed = await pack(await connection.snapshot('b'));
      await foreign.deleteBucket('b');
      const { data } = packed;
      for (const broken of [data.subarray(0, data.length / 2), data.subarray(0, -1), bytes('x')]) {
        await expectKind('server', connection.restore(unpacked({ ...packed, data: broken })));
        await expectKind('notFound', connection.bucketStatus('b'));
      }
      expect(await connection.restore(unpacked(packed))).toMatchObject({ values: 30 });
    });

    it('tells how far it is, and leaves nothing when it is cancelled', async ({
      connection,
      foreign,
    }) => {
      await foreign.put('b', 'key', 'value');
      const packed = await pack(await connection.snapshot('b'));
      await foreign.deleteBucket('b');
      const cancelling = new AbortController();
      const cancelled = connection.restore(
        { ...packed, chunks: cut(packed.data, () => cancelling.abort()) },
        { signal: cancelling.signal },
      );
      await expectKind('cancelled', cancelled);
      await expectKind('notFound', connection.bucketStatus('b'));
      const told: number[] = [];
      await connection.restore(unpacked(packed), { onProgress: (bytes) => told.push(bytes) });
      expect(told.at(-1)).toBe(packed.data.length);
    });

    it('passes on what fails where the chunks come from', async ({ connection, foreign }) => {
      await foreign.put('b', 'key', 'value');
      const packed = await pack(await connection.snapshot('b'));
      await foreign.deleteBucket('b');
      const failing = cut(packed.data, () => {
        throw new Error('the disk is gone');
      });
      await expect(connection.restore({ ...packed, chunks: failing })).rejects.toThrow('the disk');
      await expectKind('notFound', connection.bucketStatus('b'));
    });

    it('refuses what it cannot know or do', async ({ connection }) => {
      await expectKind('notFound', connection.snapshot('none'));
      await expectKind('cancelled', connection.snapshot('b', { signal: abortedSignal() }));
      const packed = await pack(await connection.snapshot('b'));
      const none = { ...unpacked(packed), config: { ...packed.config, name: 'ORDERS' } };
      await expectKind('invalidBucket', connection.restore(none));
    });
  });
}

type Packed = Omit<BucketSnapshot, 'chunks'> & { readonly data: Uint8Array };

async function pack({ chunks, ...facts }: BucketSnapshot): Promise<Packed> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) {
    parts.push(chunk);
  }
  return { ...facts, data: Buffer.concat(parts) };
}

function unpacked({ data, ...facts }: Packed): BucketSnapshot {
  return { ...facts, chunks: cut(data, () => undefined) };
}

/** The bytes in two halves, with something done between them. */
async function* cut(data: Uint8Array, between: () => void): AsyncIterable<Uint8Array> {
  const half = Math.ceil(data.length / 2);
  await Promise.resolve();
  yield data.subarray(0, half);
  between();
  yield data.subarray(half);
}
