import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/poll';
import { createInCluster, startCluster, urlsOf } from '../natsCluster';
import { isWell, sessionOn, shows } from './faultySystem';

describe('the buckets of a cluster whose meta leader dies', () => {
  it('stay in the list all the time, and are read again by themselves', async () => {
    const servers = await startCluster();
    const session = sessionOn(urlsOf(servers), { reconnectDelay: () => 20 });
    const connection = await session.connect();
    await createInCluster(connection, { name: 'B', replicas: 3 });
    await session.loadBuckets();
    await shows(session, 20_000, isWell);
    const shown = new Set<string>();
    session.buckets.onDidChange((state) =>
      shown.add(
        state.kind === 'loaded' ? state.buckets.map(({ name }) => name).join() : state.kind,
      ),
    );
    const leader = await eventually(
      () => [...servers.values()].find(({ log }) => isMetaLeader(log)) ?? false,
    );
    await leader.kill9();
    for (let at = 0; at < 20; at++) {
      await session.loadBuckets();
    }
    await shows(session, 30_000, isWell);
    expect([...shown]).toEqual(['B']);
  }, 300_000);
});

/** By the last election that a server tells of: another one may have been the leader before. */
function isMetaLeader(log: string): boolean {
  const elections = log.match(/(Self is|JetStream cluster) (new|no) .*metadata leader/g);
  return elections?.at(-1)?.startsWith('Self') ?? false;
}
