import { describe, expect, it } from 'vitest';
import { bytes, expectKind } from '../kv/contract/harness';
import {
  promotion,
  sealing,
  whyNoStepDown,
  whyNotPromoted,
  whyNotSealed,
} from '../../src/kv/operations/bucketActions';
import { eventually } from '../support/poll';
import { createInCluster, patient, startCluster, urlsOf } from './natsCluster';
import { connectTo, startSystem } from './system';

describe('a mirror that keeps its keys under its own name', () => {
  it('is promoted where the server can, and refused with the reason elsewhere', async () => {
    const { connection, foreign } = await setUp();
    await foreign.put('origin', 'key', 'value');
    const subject_transforms = [{ src: '$KV.origin.>', dest: '$KV.own.>' }];
    const mirror = { name: 'KV_origin', subject_transforms };
    const base = { max_msgs_per_subject: 1, allow_direct: true, allow_rollup_hdrs: true };
    // The plain client would refuse it for a server that ignores what it does not know.
    const config = { ...base, storage: 'file', retention: 'limits', name: 'KV_own', mirror };
    const body = JSON.stringify({ ...config, mirror_direct: true });
    await foreign.api('STREAM.CREATE.KV_own', body);
    await eventually(async () =>
      expect(await connection.bucketStatus('own')).toMatchObject({ values: 1 }),
    );
    const status = await connection.bucketStatus('own');
    const { apiLevel } = await connection.accountInfo();
    const problem = whyNotPromoted(status, apiLevel);
    if (apiLevel < 2) {
      expect(problem).toMatch(/server 2\.12/);
      await expectKind('invalidConfig', connection.updateBucket('own', promotion(status)));
      return;
    }
    expect(problem).toBeUndefined();
    const expected = status.streamConfig;
    const outcome = await connection.updateBucket('own', promotion(status), { expected });
    expect(outcome).toMatchObject({ kind: 'saved', status: { mirrorOf: undefined, values: 1 } });
    const { revision = 0 } = (await connection.get('own', 'key')) ?? {};
    const put = await connection.put('own', 'key', bytes('ours'), { expected: revision });
    expect(put.kind).toBe('saved');
  });

  it('would look empty where its keys are under the name of another, and is not promoted', async () => {
    const { connection, foreign } = await setUp();
    await foreign.createMirror('copy', 'origin');
    const status = await connection.bucketStatus('copy');
    expect(whyNotPromoted(status, 5)).toMatch(/stored under \$KV\.origin\.>/);
  });
});

describe('a bucket that is sealed', () => {
  it('keeps what is in it, and takes no change any more', async () => {
    const { connection } = await setUp();
    await connection.createBucket({ name: 'b', history: 3, ttl: 3_600_000 });
    await connection.put('b', 'key', bytes('x'), { expected: 0 });
    const { streamConfig } = await connection.bucketStatus('b');
    const outcome = await connection.updateBucket('b', sealing, { expected: streamConfig });
    expect(outcome).toMatchObject({ kind: 'saved', status: { ttl: 0, values: 1 } });
    const status = await connection.bucketStatus('b');
    expect(whyNotSealed(status)).toMatch(/sealed already/);
    await expect(connection.put('b', 'key', bytes('y'), { expected: 1 })).rejects.toThrow(/seal/);
    await expect(connection.delete('b', 'key', { expected: 1 })).rejects.toThrow(/seal/);
    await expect(connection.trim('b', 'key', { before: 2 })).rejects.toThrow(/seal/);
    expect(await connection.get('b', 'key')).toMatchObject({ revision: 1 });
    await connection.deleteBucket('b');
  });
});

describe('the leader of a bucket in a cluster', () => {
  it('steps down for another server, and the bucket goes on', async () => {
    const servers = await startCluster();
    const connection = await connectTo(urlsOf(servers), { timeoutMs: 10_000 });
    await createInCluster(connection, { name: 'b', replicas: 3 });
    await connection.put('b', 'key', bytes('x'), { expected: 0 });
    const before = await eventually(async () => {
      const status = await connection.bucketStatus('b');
      expect(whyNoStepDown(status)).toBeUndefined();
      return status.cluster?.leader;
    }, patient);
    await connection.stepDown('b');
    await eventually(async () => {
      const { cluster } = await connection.bucketStatus('b');
      expect(cluster?.leader).toMatch(/^s[0-2]$/);
      expect(cluster?.leader).not.toBe(before);
    }, patient);
    await eventually(async () => {
      // One that went down with the leader may have been stored.
      const { revision = 0 } = (await connection.get('b', 'key', { consistent: true })) ?? {};
      const put = await connection.put('b', 'key', bytes('y'), { expected: revision });
      expect(put).toMatchObject({ kind: 'saved' });
    }, patient);
  }, 300_000);
});

async function setUp() {
  const system = await startSystem();
  const connection = await system.connect();
  await connection.createBucket({ name: 'origin' });
  return { ...system, connection };
}
