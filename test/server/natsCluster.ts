import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { connect, StorageType } from 'nats';
import { onTestFinished } from 'vitest';
import type { BucketConfig, BucketStatus } from '../../src/kv/model/bucket';
import { isKvError } from '../../src/kv/model/errors';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { type NatsServer, startNatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';

/** For what a cluster comes to by itself, on a machine that is busy too. */
export const patient = { timeoutMs: 120_000, intervalMs: 100 };

/** Creates a bucket once the servers have found each other and elected who does that. */
export function createInCluster(
  connection: KvConnection,
  config: BucketConfig,
): Promise<BucketStatus> {
  return eventually(async () => {
    try {
      return await connection.createBucket(config);
    } catch (error) {
      // By a request whose answer came too late, or went with a leader.
      if (isKvError(error, 'alreadyExists')) {
        return connection.bucketStatus(config.name);
      }
      throw error;
    }
  }, patient);
}

/** Servers `s0` to `s2` of one cluster with JetStream, by name. Their ports outlast a restart. */
export async function startCluster(): Promise<Map<string, NatsServer>> {
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  // Routes must be known before the first server starts.
  const routes = ports.map((port) => `"nats-route://127.0.0.1:${port}"`).join(', ');
  const servers = await Promise.all(
    ports.map(async (port, at) => {
      const name = `s${at}`;
      const server = await startNatsServer({
        config: `
          server_name: ${name}
          cluster { name: c, listen: "127.0.0.1:${port}", routes: [ ${routes} ] }
        `,
      });
      onTestFinished(() => server.stop());
      return [name, server] as const;
    }),
  );
  await untilAllServe(servers[0]?.[1].url ?? '');
  return new Map(servers);
}

/**
 * Waits until the servers have elected a leader, without which some requests get no answer, and the leader knows
 * all servers: it gives the others nothing to store.
 */
async function untilAllServe(url: string): Promise<void> {
  const client = await connect({ servers: url, timeout: 30_000 });
  const config = { name: 'READY', subjects: ['ready'], num_replicas: 3 };
  try {
    await eventually(async () => {
      const { streams } = await client.jetstreamManager({ timeout: 2_000, checkAPI: false });
      await streams.add({ ...config, storage: StorageType.Memory });
      await streams.delete(config.name);
    }, patient);
  } finally {
    await client.close();
  }
}

/** The URLs of all servers, as one setting. */
export function urlsOf(servers: ReadonlyMap<string, NatsServer>): string {
  return [...servers.values()].map(({ url }) => url).join(',');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
