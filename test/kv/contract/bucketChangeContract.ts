import { describe, expect } from 'vitest';
import type { BucketEvent } from '../../../src/kv/model/bucket';
import { eventually } from '../../support/poll';
import { contractTest } from './contractTest';
import { bytes, expectKind, listAll, type SetUp } from './harness';

/** How every connection changes buckets, and makes buckets of other buckets. */
export function describeBucketChangeContract(setUp: SetUp): void {
  describe('changing buckets', () => {
    const it = contractTest(setUp);

    it('changes what it is asked to and nothing else', async ({ connection }) => {
      const config = { name: 'b', history: 5, description: 'before', maxValueSize: 1000 };
      const { streamConfig: before } = await connection.createBucket(config);
      const change = { description: 'after', history: 3, ttl: 60_000, maxBytes: 1_000_000 };
      const outcome = await connection.updateBucket('b', change);
      expect(outcome).toMatchObject({ kind: 'saved', status: { ...config, ...change } });
      const status = await connection.bucketStatus('b');
      expect(status).toMatchObject({ ...config, ...change });
      expect(status.streamConfig).toEqual({
        ...before,
        description: 'after',
        max_msgs_per_subject: 3,
        max_age: 60e9,
        max_bytes: 1_000_000,
        duplicate_window: expect.any(Number) as number,
      });
    });

    it('keeps the keys', async ({ connection, foreign }) => {
      await connection.createBucket({ name: 'b' });
      const revision = await foreign.put('b', 'key', 'value');
      await connection.updateBucket('b', { history: 10 });
      expect(await connection.get('b', 'key')).toMatchObject({ revision, size: 5 });
    });

    it('changes and removes fields by the names of the server', async ({ connection }) => {
      await connection.createBucket({ name: 'b', description: 'words' });
      await connection.updateBucket('b', { stream: { max_msgs: 99, description: undefined } });
      const { streamConfig, description } = await connection.bucketStatus('b');
      expect(streamConfig).toMatchObject({ max_msgs: 99 });
      expect(description).toBe('');
    });

    it('changes what is still as it was when the change was made', async ({ connection }) => {
      const { streamConfig: expected } = await connection.createBucket({ name: 'b' });
      const outcome = await connection.updateBucket('b', { history: 2 }, { expected });
      expect(outcome).toMatchObject({ kind: 'saved', status: { history: 2 } });
    });

    it('changes nothing when somebody else changed the bucket, and tells what', async ({
      connection,
      foreign,
    }) => {
      const { streamConfig: expected } = await connection.createBucket({ name: 'b' });
      await foreign.describeBucket('b', 'theirs');
      const outcome = await connection.updateBucket('b', { history: 2 }, { expected });
      expect(outcome).toMatchObject({
        kind: 'conflict',
        fields: ['description'],
        status: { description: 'theirs', history: 1 },
      });
      expect(await connection.bucketStatus('b')).toMatchObject({ history: 1 });
    });

    it('leaves a bucket alone that was made anew since', async ({ connection, foreign }) => {
      const { streamConfig: expected, created } = await connection.createBucket({ name: 'b' });
      await eventually(async () => {
        await foreign.deleteBucket('b');
        expect((await connection.createBucket({ name: 'b' })).created).not.toBe(created);
      });
      const outcome = await connection.updateBucket('b', { history: 2 }, { expected, created });
      expect(outcome).toMatchObject({ kind: 'conflict', fields: [], status: { history: 1 } });
    });

    it('creates a bucket with fields by the names of the server', async ({ connection }) => {
      const stream = { max_msgs: 99, deny_delete: false, description: 'raw' };
      const status = await connection.createBucket({ name: 'b', history: 3, stream });
      expect(status).toMatchObject({ history: 3, description: 'raw' });
      expect(status.streamConfig).toMatchObject({ max_msgs: 99 });
      expect(status.streamConfig['deny_delete'] ?? false).toBe(false);
    });

    it('tells every message of a bucket without its value', async ({ connection, foreign }) => {
      await connection.createBucket({ name: 'b', history: 3 });
      expect(await connection.messages('b')).toEqual([]);
      await foreign.put('b', 'a.1', 'x');
      await foreign.put('b', 'c', 'four');
      await foreign.put('b', 'a.1', 'xx');
      await foreign.mark('b', 'c', 'DEL');
      const told = await connection.messages('b');
      expect(told.map(({ key, size, operation }) => [key, size, operation])).toEqual([
        ['a.1', 1, 'PUT'],
        ['c', 4, 'PUT'],
        ['a.1', 2, 'PUT'],
        ['c', 0, 'DEL'],
      ]);
      await expectKind('notFound', connection.messages('none'));
    });

    it('keeps what somebody else changed when nothing was expected', async ({
      connection,
      foreign,
    }) => {
      await connection.createBucket({ name: 'b' });
      await foreign.describeBucket('b', 'theirs');
      await connection.updateBucket('b', { history: 2 });
      expect(await connection.bucketStatus('b')).toMatchObject({
        description: 'theirs',
        history: 2,
      });
    });

    it('tells that a bucket was changed', async ({ connection }) => {
      await connection.createBucket({ name: 'b' });
      const events: BucketEvent[] = [];
      connection.onDidChangeBuckets((event) => events.push(event));
      await connection.updateBucket('b', { history: 2 });
      await eventually(() => expect(events).toContainEqual({ kind: 'updated', bucket: 'b' }));
    });

    it.for([
      { history: 0 },
      { ttl: 1 },
      { markerTtl: 1 },
      { metadata: { '_nats.level': '9' } },
      { stream: { name: 'KV_c' } },
    ])('refuses the change %j', async (change, { connection }) => {
      await connection.createBucket({ name: 'b' });
      await expectKind('invalidConfig', connection.updateBucket('b', change));
    });

    it('throws notFound for a bucket that does not exist', async ({ connection }) => {
      await expectKind('notFound', connection.updateBucket('b', { history: 2 }));
      await expectKind('invalidBucket', connection.updateBucket('a b', { history: 2 }));
    });

    it('creates a mirror, which shows the keys of its origin and cannot be written', async ({
      connection,
      foreign,
    }) => {
      await connection.createBucket({ name: 'origin' });
      const revision = await foreign.put('origin', 'a', '1');
      const status = await connection.createBucket({ name: 'copy', mirror: { bucket: 'origin' } });
      expect(status).toMatchObject({ mirrorOf: 'origin', mirror: { bucket: 'origin' } });
      await eventually(async () => {
        expect(await connection.get('copy', 'a')).toMatchObject({ revision, key: 'a' });
      });
      await expectKind('unsupported', connection.put('copy', 'a', bytes('2'), { expected: 1 }));
      await expectKind('unsupported', connection.compact('copy', { olderThanMs: 0 }));
      expect(await listAll(connection, 'copy')).toMatchObject([{ key: 'a' }]);
    });
  });
}
