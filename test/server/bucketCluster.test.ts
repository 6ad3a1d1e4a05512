import { describe, expect, it } from 'vitest';
import { changesBetween, streamChange, valuesOf } from '../../src/kv/config/bucketDocument';
import { changeProblems } from '../../src/kv/config/changeProblems';
import { consequencesOf } from '../../src/kv/config/consequences';
import { bucketHealth } from '../../src/kv/health/bucketHealth';
import { bytes } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import { createInCluster, patient, startCluster, urlsOf } from './natsCluster';
import { connectTo } from './system';

describe('a bucket in a cluster', () => {
  it('tells its leader and its peers, and follows a change of replicas', async () => {
    const servers = await startCluster();
    const connection = await connectTo(urlsOf(servers), { timeoutMs: 10_000 });
    await createInCluster(connection, { name: 'b', replicas: 3 });
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

  it('is listed as unhealthy while a server is down, and then while it has no majority', async () => {
    const servers = await startCluster();
    const connection = await connectTo(urlsOf(servers), { timeoutMs: 10_000 });
    await createInCluster(connection, { name: 'b', replicas: 3 });
    const listed = async () => {
      const [status] = await connection.listBuckets();
      return status ? bucketHealth(status) : [];
    };
    await eventually(async () => expect(await listed()).toEqual([]), patient);
    const { cluster } = await connection.bucketStatus('b');
    const [lost, next] = (cluster?.peers ?? []).map(({ name }) => name);
    await servers.get(lost ?? '')?.stop();
    await eventually(
      async () => expect(await listed()).toMatchObject([{ kind: 'replicaOffline', server: lost }]),
      patient,
    );
    await servers.get(next ?? '')?.stop();
    // The list has no answer without a majority of the servers; the bucket itself has.
    await eventually(async () => {
      const [worst] = bucketHealth(await connection.bucketStatus('b'));
      expect(['noLeader', 'noMajority']).toContain(worst?.kind);
    }, patient);
  });

  it('is edited as a document, its replicas and placement as well, with what that does', async () => {
    const servers = await startCluster();
    const connection = await connectTo(urlsOf(servers), { timeoutMs: 10_000 });
    const made = await createInCluster(connection, { name: 'b' });
    const before = valuesOf('b', made.streamConfig);
    const after = { ...before, replicas: 3 };
    const abilities = {
      apiLevel: undefined,
      version: '',
      tellsCompression: undefined,
      isClustered: made.cluster?.name !== undefined,
      account: undefined,
    };
    const moved = { ...after, placement: { cluster: 'c' } };
    expect(changeProblems({ bucket: 'b', before, after, abilities })).toEqual([]);
    expect(changeProblems({ bucket: 'b', before, after: moved, abilities })).toMatchObject([
      { path: ['placement'], severity: 'error' },
    ]);
    const changes = changesBetween('b', before, after);
    const { values, subjects, size, firstTime } = made;
    const habits = { dropsOldest: false, trimsLater: false };
    const holdings = { values, subjects, size, firstTime, now: 0, messages: undefined, habits };
    expect(consequencesOf('b', before, after, changes, holdings)).toEqual([
      { kind: 'copies', from: 1, to: 3 },
    ]);
    const outcome = await connection.updateBucket('b', { stream: streamChange(changes) });
    expect(outcome).toMatchObject({ kind: 'saved', status: { replicas: 3 } });
    await eventually(async () => {
      const { cluster } = await connection.bucketStatus('b');
      expect(cluster?.peers.map(({ current }) => current)).toEqual([true, true]);
    });
    const placed = changesBetween('b', after, moved);
    const change = { stream: streamChange(placed) };
    // The servers go on for a while with the scaling before.
    const outcomeOfMove = await eventually(() => connection.updateBucket('b', change), patient);
    expect(outcomeOfMove).toMatchObject({
      kind: 'saved',
      status: { replicas: 3, placement: { cluster: 'c' } },
    });
  });
});
