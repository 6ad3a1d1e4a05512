import { connect, Empty, headers as newHeaders, type NatsConnection } from 'nats';
import type { CleanRequest } from '../../../src/kv/clean/cleanRequest';
import { planClean } from '../../../src/kv/clean/planClean';
import { runClean } from '../../../src/kv/clean/runClean';
import { connect as connectOurs } from '../../../src/kv/nats/connect';
import { fillBucket, keyAt } from '../../support/fillBucket';
import { type Contender, expectCount, type Measurement, type Task } from './measurement';

/** What a patient author would give such a loop: more in flight make it no faster. */
const deletesInFlight = 256;
const purgesInFlight = 64;

/** Deletes every key by compare-and-swap, as a loop over the client does that knows all revisions. */
export const bareDeletes: Contender = (task) =>
  onOwnBucket(task, async (connection, bucket, keys) => {
    await each(keys, deletesInFlight, async (at) => {
      const marker = newHeaders();
      marker.set('KV-Operation', 'DEL');
      marker.set('Nats-Expected-Last-Subject-Sequence', String(at + 1));
      const subject = `$KV.${bucket}.${keyAt(at)}`;
      const reply = await connection.request(subject, Empty, { headers: marker, timeout: 30_000 });
      expectCount(reply.json<{ seq?: number }>().seq === undefined ? 0 : 1, 1);
    });
  });

/** Removes the marker of every key, as a loop over the client does that knows all of them. */
export const barePurges: Contender = (task) =>
  onOwnBucket(task, async (connection, bucket, keys) => {
    await markAll(connection, bucket, keys);
    return measured(() =>
      each(keys, purgesInFlight, async (at) => {
        const body = { filter: `$KV.${bucket}.${keyAt(at)}`, seq: keys + at + 2 };
        const subject = `$JS.API.STREAM.PURGE.KV_${bucket}`;
        const reply = await connection.request(subject, JSON.stringify(body), { timeout: 30_000 });
        expectCount(reply.json<{ purged: number }>().purged, 1);
      }),
    );
  });

/** Delete by Pattern of every key: the dry run, then the run. */
export const deleteByPattern: Contender = (task) =>
  onOwnBucket(task, (_, bucket) => clean(task, bucket, { kind: 'delete', pattern: '*.*.>' }));

/** Compact of a marker for every key: the dry run, then the run. */
export const compactMarkers: Contender = (task) =>
  onOwnBucket(task, async (connection, bucket, keys) => {
    await markAll(connection, bucket, keys);
    return clean(task, bucket, { kind: 'compact', olderThanMs: 0 });
  });

async function clean({ url, keys }: Task, bucket: string, request: CleanRequest) {
  const connection = await connectOurs({ servers: [url] });
  const { signal } = new AbortController();
  const begun = performance.now();
  const plan = await planClean(connection, bucket, request, { signal });
  const planMs = performance.now() - begun;
  expectCount(plan.targets.count, keys);
  const { ms = NaN } = await measured(async () => {
    const result = await runClean(plan, { signal });
    expectCount(result.done.count, keys);
  });
  await connection.close();
  return { ms, planMs };
}

/** Fills a bucket for one contender, since none is left afterwards of what there was. */
async function onOwnBucket(
  { url, bucket, keys }: Task,
  work: (connection: NatsConnection, bucket: string, keys: number) => Promise<Measurement | void>,
): Promise<Measurement> {
  const name = `${bucket}-${process.pid}`;
  await fillBucket(url, { name, keys, revisions: 1 });
  const connection = await connect({ servers: url });
  const begun = performance.now();
  const own = await work(connection, name, keys);
  const ms = performance.now() - begun;
  await (await connection.jetstreamManager()).streams.delete(`KV_${name}`);
  await connection.close();
  return own ?? { ms };
}

/** Leaves a marker over every key, in their order. */
async function markAll(connection: NatsConnection, bucket: string, keys: number): Promise<void> {
  const marker = newHeaders();
  marker.set('KV-Operation', 'DEL');
  for (let at = 0; at < keys; at++) {
    const subject = `$KV.${bucket}.${keyAt(at)}`;
    if (at % 500 === 499 || at === keys - 1) {
      await connection.request(subject, Empty, { headers: marker, timeout: 30_000 });
    } else {
      connection.publish(subject, Empty, { headers: marker });
    }
  }
}

async function each(
  count: number,
  inFlight: number,
  run: (at: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      await run(next++);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
}

async function measured(run: () => Promise<void>): Promise<Measurement> {
  const begun = performance.now();
  await run();
  return { ms: performance.now() - begun };
}
