import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Stands between a client and a server, and keeps every byte that the client sends. */
export interface Recorder {
  readonly port: number;
  /** All that clients sent, one character a byte. */
  readonly sent: string;
}

/** Starts a recorder on 127.0.0.1 that ends with the test. */
export async function startRecorder(targetPort: number): Promise<Recorder> {
  const sent: Buffer[] = [];
  const port = await listen((client) => {
    const server = connect(targetPort, '127.0.0.1');
    client.on('data', (chunk: Buffer) => sent.push(chunk));
    client.pipe(server).pipe(client);
    server.on('error', () => client.destroy());
    client.on('close', () => server.destroy());
  });
  return {
    port,
    get sent() {
      return Buffer.concat(sent).toString('latin1');
    },
  };
}

/** Starts a TCP server of the test's own on 127.0.0.1 that ends with the test. Returns its port. */
export async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
