import type { ConnectionOptions, NatsConnection } from 'nats';
import {
  NatsConnectionImpl,
  ProtocolHandler,
  setTransportFactory,
  type Transport,
} from 'nats/lib/nats-base-client/internal_mod';

/** The port by which the client gets and sends its bytes. Its adapters: TCP and WebSocket. */
export type { Transport };

/** Makes a transport that is not connected yet. */
export type MakeTransport = () => Transport;

/** What the client keeps for itself, which it does not promise. */
interface ClientParts {
  readonly newConnection: new (options: ConnectionOptions) => NatsConnectionImpl;
  readonly protocol: { prepare(): unknown };
}

/**
 * Connects the client over a transport, as its `connect` does, which knows one kind of transport for
 * the whole process. `usual` is what others that use the client find afterwards.
 */
export async function connectOver(
  make: MakeTransport,
  usual: MakeTransport,
  options: ConnectionOptions,
): Promise<NatsConnection> {
  const Connection = NatsConnectionImpl as unknown as ClientParts['newConnection'];
  const connection = new Connection(options);
  const protocol = new ProtocolHandler(connection.options, connection);
  useTransport(protocol as unknown as ClientParts['protocol'], make, usual);
  await protocol.dialLoop();
  connection.protocol = protocol;
  void passOnStatus(connection);
  return connection;
}

/** The transport of the process is ours in the one call that asks for it. */
function useTransport(
  protocol: ClientParts['protocol'],
  make: MakeTransport,
  usual: MakeTransport,
): void {
  const prepare = protocol.prepare.bind(protocol);
  protocol.prepare = () => {
    setTransportFactory({ factory: make });
    try {
      return prepare();
    } finally {
      setTransportFactory({ factory: usual });
    }
  };
}

async function passOnStatus(connection: NatsConnectionImpl): Promise<void> {
  for await (const status of connection.protocol.status()) {
    connection.listeners.forEach((listener) => listener.push(status));
  }
}
