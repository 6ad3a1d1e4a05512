import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bucketHealth } from '../../../src/kv/health/bucketHealth';
import type { BucketStatus } from '../../../src/kv/model/bucket';
import { setUpSession } from './sessionSetUp';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A session of one bucket, whose cluster the server tells as it is set. */
async function knowing() {
  const { session, connected } = setUpSession();
  const link = await connected();
  link.foreignCreateBucket({ name: 'b' });
  const told: { cluster: BucketStatus['cluster']; lists: number } = {
    cluster: undefined,
    lists: 0,
  };
  const listBuckets = link.listBuckets.bind(link);
  link.listBuckets = async () => {
    told.lists++;
    return (await listBuckets()).map((status) => ({ ...status, cluster: told.cluster }));
  };
  await session.loadBuckets();
  let changes = 0;
  session.buckets.onDidChange(() => changes++);
  const known = () => {
    const { current } = session.buckets;
    const buckets = current.kind === 'loaded' ? current.buckets : [];
    return buckets.flatMap((status) => bucketHealth(status)).map(({ kind }) => kind);
  };
  return { session, link, told, known, changes: () => changes };
}

const leaderless = { name: 'c', leader: undefined, peers: [] };

describe('what is unhealthy about the buckets of a session', () => {
  it('is known after a look, which tells nothing where nothing has changed', async () => {
    const { session, told, known, changes } = await knowing();
    await session.lookAtBuckets();
    expect(changes()).toBe(0);
    told.cluster = leaderless;
    await session.lookAtBuckets();
    expect([known(), changes(), told.lists]).toEqual([['noLeader'], 1, 3]);
    session.dispose();
  });

  it('is looked at again a few times by the whole list, until it is well or stays as it is', async () => {
    const { session, told, known } = await knowing();
    told.cluster = leaderless;
    await session.lookAtBuckets();
    await vi.advanceTimersByTimeAsync(2_000);
    expect([known(), told.lists]).toEqual([['noLeader'], 3]);
    told.cluster = { ...leaderless, leader: 's0' };
    await vi.advanceTimersByTimeAsync(5_000);
    expect([known(), told.lists]).toEqual([[], 4]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(told.lists).toBe(4);
    told.cluster = leaderless;
    await session.lookAtBuckets();
    await vi.advanceTimersByTimeAsync(600_000);
    expect([known(), told.lists]).toEqual([['noLeader'], 8]);
    session.dispose();
  });

  it('is taken from what was read of a bucket for another reason, and only then', async () => {
    const { session, link, known, changes } = await knowing();
    const status = await link.bucketStatus('b');
    session.looked({ ...status, size: status.size + 1 });
    expect(changes()).toBe(0);
    session.looked({ ...status, cluster: leaderless });
    expect([known(), changes()]).toEqual([['noLeader'], 1]);
    session.looked({ ...status, name: 'other', cluster: leaderless });
    expect(changes()).toBe(1);
    session.dispose();
  });

  it('is looked at neither without a link nor before the buckets were asked for', async () => {
    const { session, told } = await knowing();
    await session.disconnect();
    await session.lookAtBuckets();
    expect([told.lists, session.state.current.kind]).toEqual([1, 'idle']);
    session.dispose();
  });
});
