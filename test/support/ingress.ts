import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';

/**
 * An HTTP server before the WebSocket port of a NATS server: lets a request through where `check` gives
 * nothing, and answers it with that status and headers elsewhere. Returns its port.
 */
export async function startIngress(
  targetPort: number,
  check: (request: IncomingMessage) => number | undefined,
  more = '',
): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('upgrade', (request, duplex) => {
    const client = duplex as Socket;
    sockets.add(client.on('error', () => client.destroy()));
    const status = check(request);
    if (status !== undefined) {
      client.end(`HTTP/1.1 ${status} No\r\n${more}Content-Length: 0\r\n\r\n`);
      return;
    }
    const target = connect(targetPort, '127.0.0.1');
    const { rawHeaders } = request;
    const lines = rawHeaders.flatMap((name, at) =>
      at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : [],
    );
    target.write(`GET / HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    target.on('error', () => client.destroy());
    client.on('close', () => target.destroy());
    client.pipe(target).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A WebSocket server of the test's own. Returns its port. */
export async function listenWebSocket(onSocket: (socket: WebSocket) => void): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    onSocket(socket);
  });
  await once(server, 'listening');
  onTestFinished(() => {
    server.clients.forEach((client) => client.terminate());
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/**
 * Puts the bytes of a NATS port into frames: `cut` says what of them goes into each. Returns the port of
 * its WebSocket.
 */
export function startFraming(
  natsPort: number,
  cut: (bytes: Buffer) => readonly Buffer[],
): Promise<number> {
  return listenWebSocket((socket) => {
    const target = connect(natsPort, '127.0.0.1');
    target.on('data', (bytes) => cut(bytes).forEach((part) => socket.send(part)));
    target.on('error', () => socket.terminate()).on('close', () => socket.close());
    socket.on('message', (data) => target.write(data as Buffer));
    socket.on('close', () => target.destroy());
  });
}
