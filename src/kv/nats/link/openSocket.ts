import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import type { Disposable } from '../../base/event';
import { ignore } from '../../base/ignore';
import { onAbort } from '../../base/onAbort';

/** Where a socket leads. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Opens a socket to a host. Rejects with Node's error, or the reason of the signal. */
export type OpenSocket = (endpoint: Endpoint, signal?: AbortSignal) => Promise<Socket>;

/** Connects by TCP. */
export const openTcp: OpenSocket = ({ host, port }, signal) => {
  const socket = connectTcp({ host, port });
  socket.setNoDelay(true);
  return opened(socket, 'connect', signal);
};

/** Speaks TLS on a socket. Rejects with the error of TLS, which may hold the certificate. */
export function openTls(
  socket: Socket,
  options: ConnectionOptions,
  signal?: AbortSignal,
): Promise<TLSSocket> {
  return opened(connectTls({ ...options, socket }), 'secureConnect', signal);
}

function opened<S extends Socket>(socket: S, event: string, signal?: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    // A failure that nobody waits for any longer must not end the process.
    socket.on('error', ignore);
    let abortion: Disposable = { dispose: ignore };
    const settle = (): void => {
      abortion.dispose();
      socket.off(event, succeed).off('error', fail).off('close', close);
    };
    const succeed = (): void => {
      settle();
      resolve(socket);
    };
    const fail = (error: Error): void => {
      settle();
      socket.destroy();
      reject(error);
    };
    const close = (): void =>
      fail(Object.assign(new Error('the other end hung up'), { code: 'ECONNRESET' }));
    socket.once(event, succeed).once('error', fail).once('close', close);
    abortion = onAbort(signal, () => fail(new Error('given up', { cause: signal?.reason })));
  });
}
