import { NodeTransport } from 'nats/lib/src/node_transport';
import { setImmediate } from 'node:timers/promises';
import type { MakeTransport } from './clientConnection';
import { openNodeWebSocket } from './nodeWebSocket';
import { openTcp } from './openSocket';
import { tlsIdentity, type WebSocketAddress } from './serverUrl';
import type { TlsMaterial } from './tlsFiles';
import { WebSocketTransport } from './webSocketTransport';

/** What a WebSocket to a server takes. */
interface WebSocketParts {
  readonly tls: TlsMaterial | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** The client's own. */
export const overTcp: MakeTransport = () => new NodeTransport();

/** One for each dial; `tlsHost` is the name that the server's certificate must carry. */
export function overWebSocket(
  address: WebSocketAddress & { readonly tlsHost: string },
  { tls, headers }: WebSocketParts,
): MakeTransport {
  const dial = {
    address,
    openSocket: openTcp,
    tls: { ...tls, ...tlsIdentity(address.tlsHost) },
    headers,
  };
  const client = overTcp();
  return () =>
    new WebSocketTransport(
      (listener, signal) => openNodeWebSocket(dial, listener, signal),
      () => setImmediate(),
      client,
    );
}
