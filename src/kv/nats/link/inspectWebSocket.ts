import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { delay } from '../../base/delay';
import { onAbort } from '../../base/onAbort';
import { throwIfCancelled } from '../../model/errors';
import { upgradeReason } from './explainUpgrade';
import { type Greeting, type Inspection, type InspectOptions, toGreeting } from './inspectServer';
import { openNodeWebSocket } from './nodeWebSocket';
import { openTcp } from './openSocket';
import { tlsIdentity, type WebSocketAddress } from './serverUrl';
import type { OpenWebSocket } from './webSocketTransport';

/**
 * Looks at what is behind the address of a WebSocket, as `inspectServer` does. The request has none of
 * the headers of the connection, so that the other end need not be trusted.
 */
export async function inspectWebSocket(
  address: WebSocketAddress,
  options: InspectOptions,
): Promise<Inspection> {
  const { timeoutMs, tlsHost, signal, openSocket = openTcp } = options;
  throwIfCancelled(signal);
  const stop = new AbortController();
  const abortion = onAbort(signal, () => stop.abort());
  let certificate: DetailedPeerCertificate | undefined;
  const dial = {
    address,
    openSocket,
    tls: { ...tlsIdentity(tlsHost ?? address.host), rejectUnauthorized: false },
    onSecured: (socket: unknown) => (certificate = (socket as TLSSocket).getPeerCertificate(true)),
  };
  let socket: OpenWebSocket | undefined;
  try {
    const greeting = await new Promise<Greeting>((resolve, reject) => {
      const listener = {
        onFrame: (bytes: Uint8Array) => resolve(greetingIn(bytes)),
        onEnd: () => resolve({ kind: 'closed' }),
      };
      openNodeWebSocket(dial, listener, stop.signal).then((open) => (socket = open), reject);
      void delay(timeoutMs, stop.signal).then(() =>
        socket
          ? resolve({ kind: 'silent' })
          : reject(Object.assign(new Error('nobody answered'), { code: 'ETIMEDOUT' })),
      );
    });
    return { greeting, handshakeFirst: false, certificate };
  } catch (error) {
    throwIfCancelled(signal);
    const refused = upgradeReason(error);
    if (refused || certificate) {
      const greeting = refused
        ? ({ kind: 'refused', refused } as const)
        : ({ kind: 'closed' } as const);
      return { greeting, handshakeFirst: false, certificate };
    }
    throw error;
  } finally {
    stop.abort();
    abortion.dispose();
    socket?.close();
  }
}

function greetingIn(bytes: Uint8Array): Greeting {
  const text = new TextDecoder().decode(bytes);
  const end = text.indexOf('\n');
  return toGreeting(end < 0 ? text : text.slice(0, end).trimEnd());
}
