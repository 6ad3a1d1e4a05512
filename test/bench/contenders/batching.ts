import { connect, headers as newHeaders } from 'nats';
import type { BatchChange } from '../../../src/kv/model/batch';
import type { KvConnection } from '../../../src/kv/model/kvConnection';
import { connect as connectOurs } from '../../../src/kv/nats/connect';
import { writeBatch } from '../../../src/kv/operations/writeBatch';
import { writeInTurn } from '../../../src/kv/operations/writeInTurn';
import { keyAt } from '../../support/fillBucket';
import { type Contender, expectCount, type Measurement, type Task } from './measurement';

/** So often all keys are written: the first times warm up. */
const warmUps = 3;
const rounds = 15;
const value = new TextEncoder().encode(JSON.stringify({ status: 'paid', total: 120.5 }));
const { signal } = new AbortController();

/** Atomic batches as a loop over the client writes them that knows all revisions. */
export const bareBatch: Contender = (task) =>
  onOwnBucket(task, async (bucket, keys) => {
    const connection = await connect({ servers: task.url });
    let last = 0;
    const measured = await inRounds(async (round) => {
      for (let at = 0; at < keys; at++) {
        const headers = newHeaders();
        const expected = last === 0 ? 0 : last - keys + 1 + at;
        headers.set('Nats-Expected-Last-Subject-Sequence', String(expected));
        headers.set('Nats-Batch-Id', `b${round}`);
        headers.set('Nats-Batch-Sequence', String(at + 1));
        const subject = `$KV.${bucket}.${keyAt(at)}`;
        if (at === 0) {
          await connection.request(subject, value, { headers, timeout: 30_000 });
        } else if (at < keys - 1) {
          connection.publish(subject, value, { headers });
        } else {
          headers.set('Nats-Batch-Commit', '1');
          const reply = await connection.request(subject, value, { headers, timeout: 30_000 });
          last = reply.json<{ seq: number }>().seq;
        }
      }
    });
    expectCount(last, keys * (rounds + warmUps));
    await connection.close();
    return measured;
  });

/** The same by what a document of many keys is saved with. */
export const batch: Contender = (task) =>
  onOwnBucket(task, async (bucket, keys, connection) => {
    let changes = firstChanges(keys);
    return inRounds(async () => {
      const result = await writeBatch({ connection, bucket }, changes);
      const first = result.kind === 'saved' ? result.first : NaN;
      changes = changes.map((change, at) => ({ ...change, expected: first + at }));
    });
  });

/** The same keys by one compare-and-swap after the other, where there are no batches. */
export const oneByOne: Contender = (task) =>
  onOwnBucket(task, async (bucket, keys, connection) => {
    let changes = firstChanges(keys);
    return inRounds(async () => {
      const { revisions } = await writeInTurn({ connection, bucket }, changes, { signal });
      expectCount(revisions.length, keys);
      changes = changes.map((change, at) => ({ ...change, expected: revisions[at] ?? NaN }));
    });
  });

/** The same by the client alone. */
export const barePuts: Contender = (task) =>
  onOwnBucket(task, async (bucket, keys) => {
    const connection = await connect({ servers: task.url });
    let revisions = Array.from({ length: keys }, () => 0);
    const measured = await inRounds(async () => {
      const next: number[] = [];
      for (let at = 0; at < keys; at++) {
        const headers = newHeaders();
        headers.set('Nats-Expected-Last-Subject-Sequence', String(revisions[at]));
        const subject = `$KV.${bucket}.${keyAt(at)}`;
        const reply = await connection.request(subject, value, { headers, timeout: 30_000 });
        next.push(reply.json<{ seq: number }>().seq);
      }
      revisions = next;
    });
    await connection.close();
    return measured;
  });

async function inRounds(run: (round: number) => Promise<void>): Promise<Measurement> {
  let begun = 0;
  for (let round = 0; round < warmUps + rounds; round++) {
    begun = round === warmUps ? performance.now() : begun;
    await run(round);
  }
  return { ms: (performance.now() - begun) / rounds };
}

function firstChanges(keys: number): BatchChange[] {
  return Array.from({ length: keys }, (_, at) => ({
    kind: 'put',
    key: keyAt(at),
    value,
    expected: 0,
  }));
}

async function onOwnBucket(
  { url, keys }: Task,
  run: (bucket: string, keys: number, connection: KvConnection) => Promise<Measurement>,
): Promise<Measurement> {
  const connection = await connectOurs({ servers: [url] });
  const bucket = `batch${process.pid}`;
  await connection.createBucket({ name: bucket, stream: { allow_atomic: true } });
  const measured = await run(bucket, keys, connection);
  await connection.deleteBucket(bucket);
  await connection.close();
  return measured;
}
