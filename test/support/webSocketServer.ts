import { writeFile } from 'node:fs/promises';
import { type NatsServer, type NatsServerOptions, startNatsServer } from './natsServer';

export interface WebSocketServer {
  readonly server: NatsServer;
  /** Of its WebSocket listener; the same over a restart. */
  readonly port: number;
  readonly url: string;
}

/** A nats-server that takes clients over WebSocket too, without TLS unless `inside` says `tls { … }`. */
export async function startWebSocketServer(
  options: NatsServerOptions = {},
  inside = 'no_tls: true',
): Promise<WebSocketServer> {
  const configFor = (port: number) =>
    `${options.config ?? ''}\nwebsocket { listen: "127.0.0.1:${port}", ${inside} }`;
  const server = await startNatsServer({ ...options, config: configFor(-1) });
  const listening = /Listening for websocket clients on (wss?):\/\/\S+:(\d+)/.exec(server.log);
  const [, scheme = 'ws', port = ''] = listening ?? [];
  await writeFile(server.configFile, configFor(Number(port)));
  return { server, port: Number(port), url: `${scheme}://localhost:${port}` };
}
