import { onTestFinished } from 'vitest';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import type { ConnectOptions } from '../../src/kv/nats/link/connectOptions';
import { type NatsServer, type NatsServerOptions, startNatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { type Proxy, startProxy } from '../support/proxy';
import { startWebSocketServer } from '../support/webSocketServer';
import { connect } from './dial';
import { isServerAtLeast } from './serverVersion';
import { connectForeign, type ForeignNats } from './foreignNats';

/** In milliseconds: what waits for that does not end before its test has failed. */
export const never = 600_000;

/** A server, a proxy in front of it, another client beside it. All end with the test. */
export interface System {
  readonly server: NatsServer;
  /** Of the server itself, for the transport of the system. */
  readonly url: string;
  readonly proxy: Proxy;
  readonly foreign: ForeignNats;
  /** Connects the code under test through the proxy. */
  connect(options?: Partial<ConnectOptions>): Promise<KvConnection>;
}

export interface SystemOptions extends NatsServerOptions {
  readonly foreignAuth?: object;
  /** How the code under test speaks to the server; the other client uses TCP. `tcp` when omitted. */
  readonly transport?: Transport;
}

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { transport = 'tcp', foreignAuth } = options;
  const { server, url, port } = await startServerFor(transport, options);
  onTestFinished(() => server.stop());
  const proxy = await startProxy(port, { blind: transport === 'webSocket' });
  onTestFinished(() => proxy.stop());
  const foreign = await connectForeign(server.url, foreignAuth);
  onTestFinished(() => foreign.close());
  return {
    server,
    url,
    proxy,
    foreign,
    connect: (connectOptions) => connectTo(throughProxy(proxy, transport), connectOptions),
  };
}

/** The URL of a proxy to a server for a transport. */
export function throughProxy(proxy: Proxy, transport: Transport): string {
  return transport === 'webSocket' ? `ws://127.0.0.1:${proxy.port}` : proxy.url;
}

/** A server that takes clients by a transport, on `port`. */
export async function startServerFor(transport: Transport, options: NatsServerOptions = {}) {
  if (transport === 'webSocket') {
    return startWebSocketServer(options);
  }
  const server = await startNatsServer(options);
  return { server, url: server.url, port: server.port };
}

export type Transport = 'tcp' | 'webSocket';

/** The transports that suites run over: the newest server tells of both. */
export const transports: readonly Transport[] = isServerAtLeast('2.11')
  ? ['tcp', 'webSocket']
  : ['tcp'];

/** Connects until the test ends. */
export async function connectTo(
  url: string,
  options: Partial<ConnectOptions> = {},
): Promise<KvConnection> {
  const connection = await connect({ servers: [url], ...options });
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
