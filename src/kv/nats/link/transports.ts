import { NodeTransport } from 'nats/lib/src/node_transport';
import { setImmediate } from 'node:timers/promises';
import type { MakeTransport } from './clientConnection';
import { openNodeWebSocket } from './nodeWebSocket';
import type { OpenSocket } from './openSocket';
import type { Route } from './proxy/route';
import { type ServerAddress, tlsIdentity, type WebSocketAddress } from './serverUrl';
import type { TlsMaterial } from './tlsFiles';
import { TunnelTransport } from './tunnelTransport';
import { WebSocketTransport } from './webSocketTransport';

/** What a WebSocket to a server takes. */
interface WebSocketParts {
  readonly tls: TlsMaterial | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** The client's own. */
export const overTcp: MakeTransport = () => new NodeTransport();

/** What a server is spoken to over; `tlsHost` is the name that its certificate must carry. */
export function transportTo(
  address: ServerAddress & { readonly tlsHost: string },
  parts: WebSocketParts,
  { open, isDirect }: Route,
): MakeTransport {
  const { webSocket } = address;
  if (webSocket) {
    return overWebSocket({ ...address, webSocket }, parts, open);
  }
  return isDirect ? overTcp : () => new TunnelTransport(open);
}

/** One for each dial. */
function overWebSocket(
  address: WebSocketAddress & { readonly tlsHost: string },
  { tls, headers }: WebSocketParts,
  openSocket: OpenSocket,
): MakeTransport {
  const dial = {
    address,
    openSocket,
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
