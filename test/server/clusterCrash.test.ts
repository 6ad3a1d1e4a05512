import { describe, expect, it } from 'vitest';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { isIn, startWatch } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import { createInCluster, patient, startCluster, urlsOf } from './natsCluster';
import { expectTruth, SaveLog, SavingClient } from './savingClient';
import { connectTo, linkIs } from './system';

const crashes = 5;

describe('a bucket with three replicas', () => {
  it('loses nothing acknowledged when its leader crashes again and again', async () => {
    const servers = await startCluster();
    const connection = await connectTo(urlsOf(servers), {
      reconnectDelay: () => 20,
      // A leader that has crashed answers nothing.
      timeoutMs: 2_000,
    });
    await createInCluster(connection, { name: 'b', history: 64, replicas: 3 });
    const { watch, told } = startWatch(connection, 1);
    await isIn('live', watch);
    const log = new SaveLog();
    const keys = Array.from({ length: 2000 }, (_, at) => `key.${at}`);
    const saving = new SavingClient(connection, 'client', log).saveUntilStopped(keys);
    for (let crash = 0; crash < crashes; crash++) {
      await savesGoOn(log);
      const leader = servers.get((await allCurrent(connection)) ?? '');
      await leader?.kill9();
      await savesGoOn(log);
      await leader?.restart();
    }
    await savesGoOn(log);
    log.isStopped = true;
    await saving;
    await allCurrent(connection);
    await linkIs('connected', connection);
    const stored = await expectTruth(connection, log);
    await eventually(() => expect(told).toEqual(stored), patient);
    await isIn('live', watch);
  });
});

/** Waits until fifty more saves have been acknowledged. */
async function savesGoOn(log: SaveLog): Promise<void> {
  const wanted = log.saved.length + 50;
  await eventually(() => log.saved.length >= wanted, { ...patient, message: 'saves go on' });
}

/** Waits until every replica has everything. Returns the name of the leader. */
function allCurrent(connection: KvConnection): Promise<string | undefined> {
  return eventually(async () => {
    const { cluster } = await connection.bucketStatus('b');
    expect(cluster?.leader).toBeDefined();
    expect(cluster?.peers.map(({ current, offline }) => current && !offline)).toEqual([true, true]);
    return cluster?.leader;
  }, patient);
}
