import { connect, headers, type JetStreamClient, type JetStreamManager, StorageType } from 'nats';
import type { BucketConfig } from '../../src/kv/model/bucket';
import type { ForeignClient } from '../kv/contract/harness';

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

export async function connectForeign(url: string, auth = {}): Promise<ForeignNats> {
  const connection = await connect({
    servers: url,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 20,
    ...auth,
  });
  const jsm = await connection.jetstreamManager();
  const js = connection.jetstream();
  const put = async (bucket: string, key: string, value: string | Uint8Array) =>
    (await js.publish(`$KV.${bucket}.${key}`, value)).seq;
  return {
    js,
    jsm,
    put,
    api: async (subject, body) => (await connection.request(`$JS.API.${subject}`, body)).string(),
    async mark(bucket, key, operation) {
      const marker = headers();
      marker.set('KV-Operation', operation);
      if (operation === 'PURGE') {
        marker.set('Nats-Rollup', 'sub');
      }
      return (await js.publish(`$KV.${bucket}.${key}`, '', { headers: marker })).seq;
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
