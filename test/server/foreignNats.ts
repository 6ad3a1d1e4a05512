import {
  connect,
  headers,
  type JetStreamClient,
  type JetStreamManager,
  type NatsConnection,
  StorageType,
} from 'nats';
import type { BucketConfig } from '../../src/kv/model/bucket';
import type { ForeignClient } from '../kv/contract/harness';
import { ClientLink } from '../support/clientLink';

/** Another client of the same server: the plain `nats` package, none of the code under test. */
export interface ForeignNats extends ForeignClient {
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  /** Sends a request of the JetStream API as it is. Returns the response as text. */
  api(subject: string, body?: string): Promise<string>;
  /** Consumers that exist on a bucket now. */
  consumersOf(bucket: string): Promise<number>;
  close(): Promise<void>;
}

/** In milliseconds: more than any answer takes that comes at all. The client's own patience ends after a second. */
const timeout = 30_000;

/** What it asks for waits until the link is there, and fails at once when the link is lost. */
export async function connectForeign(url: string, auth = {}): Promise<ForeignNats> {
  const connection = await connect({
    servers: url,
    timeout,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 20,
    ...auth,
  });
  try {
    return await foreignOn(connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function foreignOn(connection: NatsConnection): Promise<ForeignNats> {
  const link = new ClientLink(connection);
  const jsm = await connection.jetstreamManager({ timeout });
  const js = connection.jetstream({ timeout });
  const publish: JetStreamClient['publish'] = (...message) =>
    link.use(() => js.publish(...message));
  return {
    js,
    jsm,
    put: async (bucket, key, value) => (await publish(`$KV.${bucket}.${key}`, value)).seq,
    api: async (subject, body) => {
      const request = () => connection.request(`$JS.API.${subject}`, body, { timeout });
      return (await link.use(request)).string();
    },
    async mark(bucket, key, operation) {
      const marker = headers();
      marker.set('KV-Operation', operation);
      if (operation === 'PURGE') {
        marker.set('Nats-Rollup', 'sub');
      }
      return (await publish(`$KV.${bucket}.${key}`, '', { headers: marker })).seq;
    },
    async createBucket({ name, history, storage }: BucketConfig) {
      await jsm.streams.add({
        name: `KV_${name}`,
        subjects: [`$KV.${name}.>`],
        storage: storage === 'memory' ? StorageType.Memory : StorageType.File,
        max_msgs_per_subject: history ?? 1,
        allow_direct: true,
        allow_rollup_hdrs: true,
      });
    },
    async createMirror(name, origin) {
      await jsm.streams.add({
        name: `KV_${name}`,
        mirror: { name: `KV_${origin}` },
        max_msgs_per_subject: 1,
        allow_direct: true,
        mirror_direct: true,
      });
    },
    async describeBucket(bucket, description) {
      await jsm.streams.update(`KV_${bucket}`, { description });
    },
    async deleteBucket(bucket) {
      await jsm.streams.delete(`KV_${bucket}`);
    },
    async consumersOf(bucket) {
      return (await jsm.streams.info(`KV_${bucket}`)).state.consumer_count;
    },
    close: () => connection.close(),
  };
}
