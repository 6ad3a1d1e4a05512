import { describe, expect, it } from 'vitest';
import type { UnavailableBucket } from '../../../src/kv/model/bucket';
import { eventually } from '../../support/poll';
import { connectForeign } from '../foreignNats';
import { patient, startCluster, urlsOf } from '../natsCluster';
import { connectTo } from '../system';
import { makeStream } from './makeStream';

describe('a bucket of which no server answers', () => {
  it('is listed with the reason, beside those that can be used', async () => {
    const servers = await startCluster();
    const url = servers.get('s0')?.url ?? '';
    const foreign = await eventually(() => connectForeign(url), patient);
    await eventually(() => makeStream(foreign, 'lost'), patient);
    const { cluster } = await foreign.jsm.streams.info('KV_lost');
    // Three servers may not have found each other yet.
    await eventually(() => makeStream(foreign, 'used', { num_replicas: 3 }), patient);
    await foreign.close();
    await servers.get(cluster?.leader ?? '')?.kill9();
    const connection = await connectTo(urlsOf(servers), { timeoutMs: 10_000 });
    await eventually(async () => {
      const unavailable: UnavailableBucket[] = [];
      const onUnavailable = (bucket: UnavailableBucket) => unavailable.push(bucket);
      const buckets = await connection.listBuckets({ onUnavailable });
      const reason = 'no server answers for it: it has no leader at the moment';
      expect(unavailable).toEqual([{ name: 'lost', reason }]);
      expect(buckets.map(({ name }) => name)).toEqual(['used']);
    }, patient);
  });
});
