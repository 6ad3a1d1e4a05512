import { describe, expect, it, onTestFinished } from 'vitest';
import { type NatsServer, startNatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { connectTo, linkIs } from './system';

describe('a cluster', () => {
  it('is reached through a server that it told of when the configured one is lost', async () => {
    const first = await startMember();
    const second = await startMember(first);
    const connection = await connectTo(first.url, { reconnectDelay: () => 20 });
    expect(address(connection)).toBe(`127.0.0.1:${first.port}`);
    // The route between the two takes a moment; both tell their clients when it is up.
    await eventually(() => expect(first.log).toContain('Route connection created'));
    await connection.rtt();
    await first.kill9();
    await linkIs('reconnecting', connection);
    await linkIs('connected', connection);
    expect(address(connection)).toBe(`127.0.0.1:${second.port}`);
  });
});

function address(connection: Awaited<ReturnType<typeof connectTo>>): string | undefined {
  const { current } = connection.state;
  return current.kind === 'connected' ? current.server.address : undefined;
}

async function startMember(other?: NatsServer): Promise<NatsServer> {
  const routes = other ? `routes: [ "nats-route://${await routeAddress(other)}" ]` : '';
  const server = await startNatsServer({
    jetstream: false,
    config: `cluster { name: c, listen: "127.0.0.1:-1", ${routes} }`,
  });
  onTestFinished(() => server.stop());
  return server;
}

function routeAddress(server: NatsServer): Promise<string> {
  const pattern = /Listening for route connections on (\S+)/;
  return eventually(() => pattern.exec(server.log)?.[1] ?? false);
}
