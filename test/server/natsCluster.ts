import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import { type NatsServer, startNatsServer } from '../support/natsServer';

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
  return new Map(servers);
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
