import { connect as connectNats, type NatsConnection } from 'nats';
import { bucketSide } from '../../../src/kv/compare/bucketSide';
import { Comparison } from '../../../src/kv/compare/comparison';
import { plainRules, type CompareBy } from '../../../src/kv/compare/compareRules';
import { connect } from '../../../src/kv/nats/connect';
import { type Contender, expectCount, type Task } from './measurement';

/** How many keys of the other bucket differ; their places are known by its name alone. */
const differences = 1_000;

/** The other bucket of a comparison that finds nothing. */
export function equalTo(bucket: string): string {
  return `${bucket}Equal`;
}

/** The other bucket of one that finds a thousand differences. */
export function unlike(bucket: string): string {
  return `${bucket}Unlike`;
}

/** One listing of one of the two. */
export const listOnce: Contender = async ({ url, bucket, keys }) => {
  const connection = await connect({ servers: [url] });
  const begun = performance.now();
  let found = 0;
  for await (const batch of connection.list(bucket)) {
    found += batch.length;
  }
  const ms = performance.now() - begun;
  expectCount(found, keys);
  await connection.close();
  return { ms };
};

/** Every value of both buckets, by a bare push consumer for each in turn, and nothing done with them. */
export const readBoth: Contender = async ({ url, bucket, keys }) => {
  const connection = await connectNats({ servers: url });
  const begun = performance.now();
  await readBare(connection, bucket, keys);
  await readBare(connection, equalTo(bucket), keys);
  const ms = performance.now() - begun;
  await connection.close();
  return { ms };
};

export const compareBySize: Contender = (task) => compare(task, 'size', equalTo(task.bucket), 0);

export const compareByMeaning: Contender = (task) =>
  compare(task, 'meaning', equalTo(task.bucket), 0);

/** Half of the thousand differ in a value of the same size, the others are on one side only. */
export const compareUnlike: Contender = (task) =>
  compare(task, 'meaning', unlike(task.bucket), differences);

async function compare({ url, bucket, keys }: Task, by: CompareBy, other: string, unlike: number) {
  const connection = await connect({ servers: [url] });
  const { signal } = new AbortController();
  const begun = performance.now();
  const part = { connectionId: 'bench', prefix: '' };
  const comparison = new Comparison(
    [
      await bucketSide(connection, { ...part, bucket }, signal),
      await bucketSide(connection, { ...part, bucket: other }, signal),
    ],
    { ...plainRules, by },
  );
  await comparison.run({ signal });
  const ms = performance.now() - begun;
  const [different, left, right, same] = (['different', 'left', 'right', 'same'] as const).map(
    (state) => comparison.count(state),
  );
  expectCount((different ?? 0) + (left ?? 0) + (right ?? 0), unlike);
  expectCount(different ?? 0, unlike / 2);
  expectCount((same ?? 0) + (different ?? 0) + (left ?? 0), keys);
  await connection.close();
  return { ms };
}

function readBare(connection: NatsConnection, bucket: string, keys: number): Promise<void> {
  const inbox = `_INBOX.bench.${bucket}`;
  const config = {
    name: `bench${bucket}`,
    deliver_subject: inbox,
    // There is one message of each key.
    deliver_policy: 'all',
    ack_policy: 'none',
    flow_control: true,
    idle_heartbeat: 5_000_000_000,
    mem_storage: true,
    num_replicas: 1,
  };
  return new Promise((resolve, reject) => {
    let left = keys;
    const subscription = connection.subscribe(inbox, {
      callback: (error, message) => {
        if (error) {
          reject(error);
        } else if (message.headers?.code === 100) {
          message.respond();
        } else if (message.data.length > 0 && --left === 0) {
          subscription.unsubscribe();
          resolve();
        }
      },
    });
    const body = JSON.stringify({ stream_name: `KV_${bucket}`, config });
    connection
      .request(`$JS.API.CONSUMER.CREATE.KV_${bucket}.${config.name}`, body, { timeout: 30_000 })
      .then((reply) => {
        const { error } = reply.json<{ error?: { description: string } }>();
        if (error) {
          reject(new Error(error.description));
        }
      })
      .catch(reject);
  });
}
