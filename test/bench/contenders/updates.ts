import { setTimeout as sleep } from 'node:timers/promises';
import { connect, headers as newHeaders, StringCodec } from 'nats';
import type { KvConnection } from '../../../src/kv/model/kvConnection';
import { connect as connectOurs } from '../../../src/kv/nats/connect';
import { deepKeyAt } from '../../support/treeKeys';
import { eventually } from '../../support/poll';
import { measureCpu, measureTurns } from '../../support/meters';
import { runContender } from '../runContender';
import { showTree, whenShown } from '../shownTree';
import { type Contender, expectCount, type Task } from './measurement';

const updatesPerSecond = 5_000;
const value = StringCodec().encode('y'.repeat(32));
const roundMs = 20;

/**
 * Writes 5,000 messages a second to keys all over a bucket for `task.seconds`: of ten, seven update a
 * key, two add one, one deletes one that was added. Returns how many were written, and how fast.
 */
export const publishUpdates: Contender = async ({ url, bucket, keys, seconds = 1 }) => {
  const connection = await connect({ servers: url });
  const marker = newHeaders();
  marker.set('KV-Operation', 'DEL');
  const begun = performance.now();
  const total = seconds * updatesPerSecond;
  let added = 0;
  let deleted = 0;
  let pending: Promise<unknown> = Promise.resolve();
  for (let at = 0; at < total;) {
    const due = Math.min(total, ((performance.now() - begun) / 1000) * updatesPerSecond);
    for (; at < due; at++) {
      const kind = at % 10;
      const key = kind < 7 ? (at * 7919) % keys : kind < 9 ? keys + added++ : keys + 2 * deleted++;
      const subject = `$KV.${bucket}.${deepKeyAt(key)}`;
      connection.publish(
        subject,
        kind < 9 ? value : undefined,
        kind < 9 ? {} : { headers: marker },
      );
    }
    // A server that falls behind is waited for, so that the rate told is one that it took.
    await pending;
    pending = connection.flush();
    await sleep(roundMs);
  }
  await pending;
  await connection.close();
  return { ms: performance.now() - begun, written: total };
};

/** The view of a bucket, its first level and the folder of 20,000 keys open, under these updates. */
export const followUpdates: Contender = async (task) => {
  const { tree, row } = await showTree(task.url, task.bucket);
  const ready = whenShown(tree, () => tree.indexOf(row)?.state.current.kind === 'ready');
  await tree.open(row);
  await ready;
  const branch = tree.rows(row).find((node) => node.kind === 'folder' && node.start === 'sessions');
  await (branch && tree.open(branch));
  const stalls = measureTurns();
  tree.refreshes.length = 0;
  const cpu = measureCpu();
  const { written = 0, ms = NaN } = await runContender('publishUpdates', task);
  const cpuMs = cpu();
  const stall = stalls();
  const refreshesPerSecond = mostInOneSecond(tree.refreshes);
  const listed = await countsOf(task);
  await eventually(() => tree.indexOf(row)?.count('') === listed.get(''), { timeoutMs: 10_000 });
  let wrong = 0;
  listed.forEach((count, prefix) => (wrong += tree.indexOf(row)?.count(prefix) === count ? 0 : 1));
  await tree.close();
  return {
    ...stall,
    refreshesPerSecond,
    wrong,
    ...{ rate: written / (ms / 1000), cpuShare: cpuMs / ms },
  };
};

/** Live keys of a bucket by their first token, and under `''` all of them, as the server lists them. */
export async function countsOf({ url, bucket }: Task): Promise<ReadonlyMap<string, number>> {
  const connection: KvConnection = await connectOurs({ servers: [url] });
  const counts = new Map<string, number>();
  for await (const batch of connection.list(bucket)) {
    batch.forEach(({ key, operation }) => {
      const first = operation === 'PUT' ? ['', key.slice(0, key.indexOf('.'))] : [];
      first.forEach((prefix) => counts.set(prefix, (counts.get(prefix) ?? 0) + 1));
    });
  }
  await connection.close();
  expectCount(counts.size > 1 ? 1 : 0, 1);
  return counts;
}

function mostInOneSecond(times: readonly number[]): number {
  const within = times.map((time, at) => times.slice(at).filter((each) => each < time + 1000));
  return Math.max(0, ...within.map(({ length }) => length));
}
