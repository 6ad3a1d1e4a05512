import { onTestFinished } from 'vitest';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { connect } from '../../src/kv/nats/connect';
import type { ConnectOptions } from '../../src/kv/nats/link/connectOptions';
import { type NatsServer, type NatsServerOptions, startNatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { type Proxy, startProxy } from '../support/proxy';
import { connectForeign, type ForeignNats } from './foreignNats';

/** In milliseconds: what waits for that does not end before its test has failed. */
export const never = 600_000;

/** In milliseconds: more than any answer takes that comes at all, on a machine that is busy too. */
export const unhurried = 30_000;

/** A server, a proxy in front of it, another client beside it. All end with the test. */
export interface System {
  readonly server: NatsServer;
  readonly proxy: Proxy;
  readonly foreign: ForeignNats;
  /** Connects the code under test through the proxy. */
  connect(options?: Partial<ConnectOptions>): Promise<KvConnection>;
}

export async function startSystem(
  options: NatsServerOptions & { readonly foreignAuth?: object } = {},
): Promise<System> {
  const server = await startNatsServer(options);
  onTestFinished(() => server.stop());
  const proxy = await startProxy(server.port);
  onTestFinished(() => proxy.stop());
  const foreign = await connectForeign(server.url, options.foreignAuth);
  onTestFinished(() => foreign.close());
  return {
    server,
    proxy,
    foreign,
    connect: (connectOptions) => connectTo(proxy.url, connectOptions),
  };
}

/** Connects until the test ends. */
export async function connectTo(
  url: string,
  options: Partial<ConnectOptions> = {},
): Promise<KvConnection> {
  const connection = await connect({ servers: [url], timeoutMs: unhurried, ...options });
  onTestFinished(() => connection.close());
  return connection;
}

/** Waits until the link is in a state. */
export function linkIs(
  kind: KvConnection['state']['current']['kind'],
  connection: KvConnection,
): Promise<unknown> {
  return eventually(() => connection.state.current.kind === kind, {
    intervalMs: 2,
    message: `link ${kind}`,
  });
}
