import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/poll';
import { startCluster, urlsOf } from '../natsCluster';
import { isWell, sessionOn, shows } from './faultySystem';

const patient = { timeoutMs: 40_000, intervalMs: 50 };

describe('the buckets of a cluster whose meta leader dies', () => {
  it('stay in the list all the time, and are read again by themselves', async () => {
    const servers = await startCluster();
    const session = sessionOn(urlsOf(servers), { reconnectDelay: () => 20 });
    const connection = await session.connect();
    await eventually(() => connection.createBucket({ name: 'B', replicas: 3 }), patient);
    await session.loadBuckets();
    await shows(session, 20_000, isWell);
    const shown = new Set<string>();
    session.buckets.onDidChange((state) =>
      shown.add(
        state.kind === 'loaded' ? state.buckets.map(({ name }) => name).join() : state.kind,
      ),
    );
    for (const server of [...servers.values()].filter(({ log }) => isMetaLeader(log))) {
      await server.kill9();
    }
    for (let at = 0; at < 20; at++) {
      await session.loadBuckets();
    }
    await shows(session, 30_000, isWell);
    expect([...shown]).toEqual(['B']);
  }, 120_000);
});

function isMetaLeader(log: string): boolean {
  return log.includes('Self is new JetStream cluster metadata leader');
}
