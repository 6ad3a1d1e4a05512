import { describe, expect } from 'vitest';
import { contractTest } from './contractTest';
import { bytes, expectKind, listAll, type SetUp } from './harness';

/** How every connection behaves when its link comes and goes. */
export function describeLinkContract(setUp: SetUp): void {
  describe('link', () => {
    const it = contractTest(setUp);

    it('tells the server that it is connected to', ({ connection }) => {
      expect(connection.state.current).toMatchObject({
        kind: 'connected',
        server: { maxPayload: 1024 * 1024 },
      });
    });

    it('measures a round trip', async ({ connection }) => {
      expect(await connection.rtt()).toBeGreaterThan(0);
    });

    it('tells what the account uses', async ({ connection }) => {
      const before = await connection.accountInfo();
      expect(before).toMatchObject({ streams: { used: 0, limit: -1 }, storage: { limit: -1 } });
      await connection.createBucket({ name: 'b' });
      await connection.put('b', 'key', bytes('x'), { expected: 0 });
      const after = await connection.accountInfo();
      expect(after.streams.used).toBe(1);
      expect(after.storage.used).toBeGreaterThan(0);
    });

    it('refuses every call at once while it is down, and works again afterwards', async ({
      connection,
      harness,
    }) => {
      await connection.createBucket({ name: 'b' });
      await harness.cutLink();
      expect(connection.state.current.kind).toBe('reconnecting');
      await expectKind('disconnected', connection.rtt());
      await expectKind('disconnected', connection.accountInfo());
      await expectKind('disconnected', connection.listBuckets());
      await expectKind('disconnected', connection.bucketStatus('b'));
      await expectKind('disconnected', connection.createBucket({ name: 'c' }));
      await expectKind('disconnected', connection.deleteBucket('b'));
      await expectKind('disconnected', connection.get('b', 'key'));
      await expectKind('disconnected', connection.put('b', 'key', bytes('x'), { expected: 0 }));
      await expectKind('disconnected', connection.getRevision('b', 'key', 1));
      await expectKind('disconnected', connection.getMany('b', ['key', 'other']));
      await expectKind('disconnected', connection.history('b', 'key'));
      await expectKind('disconnected', connection.delete('b', 'key', { expected: 0 }));
      await expectKind('disconnected', connection.purge('b', 'key', { expected: 0 }));
      await expectKind('disconnected', listAll(connection, 'b'));
      await expectKind('disconnected', connection.listNames('b'));
      await harness.restoreLink();
      expect(connection.state.current.kind).toBe('connected');
      expect(await connection.get('b', 'key')).toBeUndefined();
    });

    it('refuses every call after it was closed', async ({ connection }) => {
      await connection.close();
      expect(connection.state.current).toEqual({ kind: 'closed' });
      await expectKind('disconnected', connection.listBuckets());
      await expectKind('disconnected', connection.put('b', 'key', bytes('x'), { expected: 0 }));
    });
  });
}
