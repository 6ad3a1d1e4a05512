import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { WebSocket } from 'ws';
import { onAbort } from '../../base/onAbort';
import { type OpenSocket, openTls } from './openSocket';
import { formatAddress, type WebSocketAddress } from './serverUrl';
import type { OpenWebSocket, WebSocketListener } from './webSocketTransport';

/** How a WebSocket is opened. */
export interface WebSocketDial {
  readonly address: WebSocketAddress;
  readonly openSocket: OpenSocket;
  /** For `wss`: whom to trust, what to show, the name to verify. */
  readonly tls: ConnectionOptions;
  /** Sent with the request; secret. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Is given the socket as soon as it speaks TLS. */
  readonly onSecured?: (socket: Socket) => void;
}

/** An HTTP server answered, and made no WebSocket of it. */
export class UpgradeRefusal extends Error {
  constructor(
    readonly status: number,
    /** The beginning of the answer; not to be shown. */
    readonly body: string,
  ) {
    super(`HTTP status ${status}`);
  }
}

/** More than a server lets wait for a client at once. */
const largestFrame = 256 * 1024 * 1024;
const longestBody = 1024;

/**
 * Opens a WebSocket by the package `ws`, without compression: it costs more than it saves here, and
 * servers had faults with it. Rejects with Node's error, `UpgradeRefusal`, or what the signal says.
 */
export async function openNodeWebSocket(
  dial: WebSocketDial,
  listener: WebSocketListener,
  signal: AbortSignal,
): Promise<OpenWebSocket> {
  const { address, openSocket, headers, onSecured } = dial;
  const { secure } = address.webSocket;
  const { WebSocket: Socket } = await import('ws');
  const plain = await openSocket(address, signal);
  const tls = { ALPNProtocols: ['http/1.1'], ...dial.tls };
  const socket = secure ? await openTls(plain, tls, signal) : plain;
  if (secure) {
    onSecured?.(socket);
  }
  try {
    const webSocket = new Socket(urlFor(address), {
      createConnection: () => socket,
      perMessageDeflate: false,
      maxPayload: largestFrame,
      headers: { ...headers, Host: hostHeader(address) },
    });
    await upgraded(webSocket, listener, signal);
    return openOf(webSocket, secure);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/**
 * One for a socket that is open already. VS Code puts an agent of its own into requests to hosts, which
 * then connects by itself, without our socket and its TLS; it leaves requests over a Unix socket alone.
 */
function urlFor({ webSocket }: WebSocketAddress): string {
  return `ws+unix:open:${webSocket.path}`;
}

function hostHeader(address: WebSocketAddress): string {
  const isUsual = address.port === (address.webSocket.secure ? 443 : 80);
  const text = formatAddress(address);
  return isUsual ? text.slice(0, text.lastIndexOf(':')) : text;
}

function openOf(webSocket: WebSocket, isEncrypted: boolean): OpenWebSocket {
  return {
    isEncrypted,
    send: (bytes) => webSocket.send(bytes, { binary: true }),
    close: () => {
      webSocket.close();
      webSocket.terminate();
    },
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
  };
}

/** The listener is there from the start: the first frame may come with the answer. */
function upgraded(
  webSocket: WebSocket,
  listener: WebSocketListener,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    const abortion = onAbort(signal, () => {
      webSocket.terminate();
      reject(new Error('given up', { cause: signal.reason }));
    });
    webSocket.on('message', (data) => listener.onFrame(data as Buffer));
    webSocket.on('error', (error) => {
      failure = error;
      reject(error);
    });
    webSocket.on('close', () => {
      abortion.dispose();
      listener.onEnd(failure);
    });
    webSocket.on('open', () => {
      abortion.dispose();
      resolve();
    });
    webSocket.on('unexpected-response', (request, response: IncomingMessage) => {
      const { statusCode: status = 0 } = response;
      // Go's servers say in the text alone that they want TLS.
      const body = status === 400 ? beginningOf(response) : Promise.resolve('');
      void body.then((text) => {
        request.destroy();
        reject(new UpgradeRefusal(status, text));
      });
    });
  });
}

/** What an answer begins with; an error of it leaves what came before. */
function beginningOf(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let body = '';
    const finish = (): void => resolve(body.slice(0, longestBody));
    response.setEncoding('latin1');
    response.on('data', (text: string) => {
      body += text;
      if (body.length >= longestBody) {
        finish();
      }
    });
    response.on('end', finish).on('error', finish).on('close', finish);
  });
}
