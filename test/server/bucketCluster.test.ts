import { describe, expect, it } from 'vitest';
import { bytes } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import { startCluster, urlsOf } from './natsCluster';
import { connectTo } from './system';

describe('a bucket in a cluster', () => {
  it('tells its leader and its peers, and follows a change of replicas', async () => {
    const servers = await startCluster();
    const connection = await connectTo(urlsOf(servers), { timeoutMs: 5_000 });
    await eventually(() => connection.createBucket({ name: 'b', replicas: 3 }), {
      intervalMs: 200,
    });
    await connection.put('b', 'key', bytes('x'), { expected: 0 });
    const status = await eventually(async () => {
      const { cluster, ...rest } = await connection.bucketStatus('b');
      expect(cluster?.peers.map(({ current, lag }) => ({ current, lag }))).toEqual([
        { current: true, lag: 0 },
        { current: true, lag: 0 },
      ]);
      return { cluster, ...rest };
    });
    expect(status).toMatchObject({ replicas: 3, cluster: { name: 'c' } });
    const names = [
      status.cluster?.leader,
      ...(status.cluster?.peers ?? []).map(({ name }) => name),
    ];
    expect(names.toSorted()).toEqual(['s0', 's1', 's2']);
    const [listed] = await connection.listBuckets();
    expect(listed?.cluster?.leader).toBe(status.cluster?.leader);
    const outcome = await connection.updateBucket('b', { replicas: 1 });
    expect(outcome).toMatchObject({ kind: 'saved', status: { replicas: 1 } });
    await eventually(async () => {
      expect((await connection.bucketStatus('b')).cluster?.peers).toEqual([]);
    });
    expect(await connection.get('b', 'key')).toMatchObject({ revision: 1 });
  });
});
