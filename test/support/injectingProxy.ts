import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and a server, and says what the server would not say. */
export interface InjectingProxy {
  readonly url: string;
  /** How many connections clients have made so far. */
  readonly accepted: number;
  /** Sends a text to every client, as if the server had. */
  inject(text: string): void;
  /** Changes what new clients get of the server, such as the line in which it introduces itself. */
  rewrite(change: ((text: string) => string) | undefined): void;
  /** Holds back all that comes from the server, while connections stay open, until `flow`. */
  stall(): void;
  flow(): void;
  stop(): void;
}

export async function startInjectingProxy(targetPort: number): Promise<InjectingProxy> {
  const proxy = new TcpInjector(targetPort);
  await proxy.listen();
  return proxy;
}

/** Owns the listener and the sockets; changes only through its methods. */
class TcpInjector implements InjectingProxy {
  accepted = 0;
  private readonly listener: Server;
  private readonly clients = new Set<Socket>();
  private readonly servers = new Set<Socket>();
  private change: ((text: string) => string) | undefined;
  private isStalled = false;

  constructor(private readonly targetPort: number) {
    this.listener = createServer((client) => this.join(client));
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  async listen(): Promise<void> {
    this.listener.listen(0, '127.0.0.1');
    await once(this.listener, 'listening');
  }

  inject(text: string): void {
    this.clients.forEach((client) => client.write(text));
  }

  rewrite(change: ((text: string) => string) | undefined): void {
    this.change = change;
  }

  stall(): void {
    this.isStalled = true;
    this.servers.forEach((server) => server.pause());
  }

  flow(): void {
    this.isStalled = false;
    this.servers.forEach((server) => server.resume());
  }

  stop(): void {
    this.listener.close();
    [...this.clients, ...this.servers].forEach((socket) => socket.destroy());
  }

  private join(client: Socket): void {
    this.accepted++;
    const server = connect(this.targetPort, '127.0.0.1');
    this.clients.add(client);
    this.servers.add(server);
    const { change } = this;
    server.on('data', (chunk: Buffer) =>
      client.write(change ? change(chunk.toString('latin1')) : chunk, 'latin1'),
    );
    client.on('data', (chunk: Buffer) => server.write(chunk));
    if (this.isStalled) {
      server.pause();
    }
    const end = (): void => {
      this.clients.delete(client);
      this.servers.delete(server);
      client.destroy();
      server.destroy();
    };
    // Connections that break are what this is for.
    client.on('error', end).on('close', end);
    server.on('error', end).on('close', end);
  }
}
