import { describe, expect } from 'vitest';
import type { BucketConfig, BucketEvent } from '../../../src/kv/model/bucket';
import { eventually } from '../../support/poll';
import { contractTest } from './contractTest';
import { bytes, expectKind, listAll, type SetUp } from './harness';

/** What every connection does with buckets. */
export function describeBucketContract(setUp: SetUp): void {
  describe('buckets', () => {
    const it = contractTest(setUp);

    it('lists no buckets in an empty system', async ({ connection }) => {
      expect(await connection.listBuckets()).toEqual([]);
    });

    it('creates buckets and lists them by name', async ({ connection }) => {
      await connection.createBucket({ name: 'orders' });
      await connection.createBucket({ name: 'config' });
      const names = (await connection.listBuckets()).map((bucket) => bucket.name);
      expect(names).toEqual(['config', 'orders']);
    });

    it('creates a bucket as it was asked to', async ({ connection }) => {
      const config: BucketConfig = {
        name: 'sessions',
        description: 'who is in',
        history: 7,
        ttl: 60_000,
        storage: 'memory',
        replicas: 1,
        maxBytes: 1_000_000,
        maxValueSize: 10_000,
      };
      expect(await connection.createBucket(config)).toMatchObject(config);
      expect(await connection.bucketStatus('sessions')).toMatchObject(config);
    });

    it('creates a bucket with the defaults of ADR-8', async ({ connection }) => {
      const status = await connection.createBucket({ name: 'plain' });
      expect(status).toMatchObject({
        description: '',
        history: 1,
        ttl: 0,
        storage: 'file',
        replicas: 1,
        maxBytes: -1,
        maxValueSize: -1,
        compressed: false,
        mirrorOf: undefined,
        mirror: undefined,
        sources: [],
        markerTtl: 0,
        placement: undefined,
        republish: undefined,
        metadata: {},
        allowDirect: true,
        values: 0,
        subjects: 0,
        lastUpdate: undefined,
        lastRevision: 0,
      });
      expect(status.metadata).toEqual({});
      expect(Math.abs(status.created - Date.now())).toBeLessThan(60_000);
    });

    it('counts messages and keys', async ({ connection, foreign }) => {
      await connection.createBucket({ name: 'b', history: 5 });
      await foreign.put('b', 'a', '1');
      await foreign.put('b', 'a', '2');
      await foreign.put('b', 'c', '3');
      const last = await foreign.mark('b', 'c', 'DEL');
      const status = await connection.bucketStatus('b');
      expect(status).toMatchObject({ values: 4, subjects: 2, lastRevision: last });
      expect(status.size).toBeGreaterThan(0);
      expect(Math.abs((status.lastUpdate ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    it('refuses to create a bucket that exists with the same configuration', async ({
      connection,
    }) => {
      await connection.createBucket({ name: 'b' });
      await expectKind('alreadyExists', connection.createBucket({ name: 'b' }));
    });

    it('refuses to create a bucket that exists with another configuration', async ({
      connection,
    }) => {
      await connection.createBucket({ name: 'b' });
      await expectKind('alreadyExists', connection.createBucket({ name: 'b', history: 9 }));
    });

    it.for(['', 'a b', 'a.b', 'a>', 'ä'])(
      'refuses the bucket name %j',
      async (name, { connection }) => {
        await expectKind('invalidBucket', connection.createBucket({ name }));
        await expectKind('invalidBucket', connection.bucketStatus(name));
        await expectKind('invalidBucket', connection.deleteBucket(name));
        await expectKind('invalidBucket', connection.get(name, 'key'));
        await expectKind('invalidBucket', connection.put(name, 'key', bytes(''), { expected: 0 }));
      },
    );

    it.for([{ history: 0 }, { history: 65 }, { history: 1.5 }, { ttl: 99 }, { ttl: -1 }])(
      'refuses the configuration %j',
      async (config, { connection }) => {
        await expectKind('invalidConfig', connection.createBucket({ name: 'b', ...config }));
      },
    );

    it('deletes a bucket', async ({ connection }) => {
      await connection.createBucket({ name: 'b' });
      await connection.deleteBucket('b');
      await expectKind('notFound', connection.bucketStatus('b'));
    });

    it('throws notFound for a bucket that does not exist', async ({ connection }) => {
      await expectKind('notFound', connection.bucketStatus('b'));
      await expectKind('notFound', connection.deleteBucket('b'));
      await expectKind('notFound', connection.get('b', 'key'));
      await expectKind('notFound', connection.put('b', 'key', bytes('x'), { expected: 0 }));
      await expectKind('notFound', connection.delete('b', 'key', { expected: 0 }));
      await expectKind('notFound', listAll(connection, 'b'));
    });

    it('tells of buckets that come and go after a listing', async ({ connection, foreign }) => {
      const events: BucketEvent[] = [];
      connection.onDidChangeBuckets((event) => events.push(event));
      await connection.listBuckets();
      await foreign.createBucket({ name: 'b' });
      await foreign.deleteBucket('b');
      await eventually(() => expect(events).toHaveLength(2));
      expect(events).toEqual([
        { kind: 'created', bucket: 'b' },
        { kind: 'deleted', bucket: 'b' },
      ]);
    });

    it('shows a mirror, reads it, and refuses to write to it', async ({ connection, foreign }) => {
      await connection.createBucket({ name: 'origin' });
      const revision = await foreign.put('origin', 'a', '1');
      await foreign.createMirror('copy', 'origin');
      expect(await connection.bucketStatus('copy')).toMatchObject({ mirrorOf: 'origin' });
      const names = (await connection.listBuckets()).map((bucket) => bucket.name);
      expect(names).toEqual(['copy', 'origin']);
      await eventually(async () => {
        expect(await connection.get('copy', 'a')).toMatchObject({ revision, key: 'a' });
      });
      expect(await listAll(connection, 'copy')).toMatchObject([{ key: 'a', revision }]);
      await expectKind('unsupported', connection.put('copy', 'a', bytes('2'), { expected: 1 }));
      await expectKind('unsupported', connection.delete('copy', 'a', { expected: 1 }));
    });
  });
}
