import { once } from 'node:events';
import { connect, createServer, isIP, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A proxy of the test's own on 127.0.0.1; it ends with the test. */
export interface ProxyServer {
  readonly port: number;
  /** Every server that clients asked for, as they named it. */
  readonly asked: string[];
  /** How many ways are open now. */
  readonly open: number;
  /** Breaks every way at once; new ones are given. */
  cut(): void;
  /** Stops listening, and breaks every way. */
  stop(): void;
  /** Listens again on the same port. */
  start(): Promise<void>;
}

export interface ProxyServerOptions {
  /** `user:password` that it wants. */
  readonly login?: string;
  /** Names that it alone knows, with the address that they are for. */
  readonly names?: Readonly<Record<string, string>>;
  /** Answers every request with this reply of SOCKS, or status of HTTP. */
  readonly reply?: number;
}

type Speak = (client: Socket, proxy: Proxy) => Promise<void>;

/** SOCKS 5 (RFC 1928, RFC 1929). */
export function startSocks(options: ProxyServerOptions = {}): Promise<ProxyServer> {
  return startProxy(speakSocks, options);
}

/** HTTP CONNECT (RFC 9110). */
export function startConnect(options: ProxyServerOptions = {}): Promise<ProxyServer> {
  return startProxy(speakConnect, options);
}

async function startProxy(speak: Speak, options: ProxyServerOptions): Promise<ProxyServer> {
  const proxy = new Proxy(speak, options);
  await proxy.start();
  onTestFinished(() => proxy.stop());
  return proxy;
}

/** Owns the listener and the ways; changes only through its methods. */
class Proxy implements ProxyServer {
  readonly asked: string[] = [];
  port = 0;
  private listener = createServer();
  private readonly ways = new Set<Socket>();
  private readonly clients = new Set<Socket>();

  constructor(
    private readonly speak: Speak,
    readonly options: ProxyServerOptions,
  ) {}

  get open(): number {
    return this.ways.size;
  }

  async start(): Promise<void> {
    this.listener = createServer((client) => {
      this.clients.add(client);
      client.on('error', () => client.destroy()).on('close', () => this.clients.delete(client));
      // A client that hangs up while it is spoken to.
      this.speak(client, this).catch(() => client.destroy());
    });
    this.listener.listen(this.port, '127.0.0.1');
    await once(this.listener, 'listening');
    this.port = (this.listener.address() as AddressInfo).port;
  }

  cut(): void {
    this.clients.forEach((client) => client.destroy());
  }

  stop(): void {
    this.listener.close();
    this.cut();
  }

  /** Gives a client its way; the error of the other end where there is none. */
  async join(client: Socket, host: string, port: number, answer: Buffer): Promise<void> {
    const address = this.options.names?.[host] ?? (isIP(host) || host === 'localhost' ? host : '');
    if (address === '') {
      throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    }
    const server = connect(port, address);
    await once(server, 'connect');
    server.on('error', () => client.destroy());
    client.write(answer);
    this.ways.add(client);
    client.on('close', () => {
      this.ways.delete(client);
      server.destroy();
    });
    server.on('close', () => client.destroy());
    client.pipe(server).pipe(client);
  }
}

async function speakSocks(client: Socket, proxy: Proxy): Promise<void> {
  const { login, reply } = proxy.options;
  const [, count = 0] = await take(client, 2);
  const methods = await take(client, count);
  const method = login === undefined ? 0 : 2;
  const isOffered = methods.includes(method);
  client.write(Buffer.from([5, isOffered ? method : 255]));
  if (!isOffered) {
    return void client.end();
  }
  if (login !== undefined) {
    const [, userLength = 0] = await take(client, 2);
    const user = await take(client, userLength);
    const [length = 0] = await take(client, 1);
    const isRight = `${user.toString()}:${(await take(client, length)).toString()}` === login;
    client.write(Buffer.from([1, isRight ? 0 : 1]));
    if (!isRight) {
      return void client.end();
    }
  }
  const [, , , kind] = await take(client, 4);
  const host = await hostOf(client, kind ?? 0);
  const port = (await take(client, 2)).readUInt16BE();
  proxy.asked.push(`${host}:${port}`);
  const answer = (code: number) => Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
  try {
    await (reply === undefined
      ? proxy.join(client, host, port, answer(0))
      : Promise.reject(new Error('told to')));
  } catch (error) {
    client.end(answer(reply ?? ((error as { code?: string }).code === 'ENOTFOUND' ? 4 : 5)));
  }
}

async function hostOf(client: Socket, kind: number): Promise<string> {
  if (kind === 3) {
    const [length = 0] = await take(client, 1);
    return (await take(client, length)).toString();
  }
  const bytes = await take(client, kind === 1 ? 4 : 16);
  return kind === 1 ? bytes.join('.') : (bytes.toString('hex').match(/.{4}/g) ?? []).join(':');
}

async function speakConnect(client: Socket, proxy: Proxy): Promise<void> {
  const { login, reply } = proxy.options;
  let head = '';
  while (!head.endsWith('\r\n\r\n')) {
    head += (await take(client, 1)).toString('latin1');
  }
  const [, host = '', port = ''] =
    /^CONNECT \[?([^\]\s]+?)\]?:(\d+) HTTP\/1\.1\r\n/.exec(head) ?? [];
  const [, token = ''] = /\r\nProxy-Authorization: Basic (\S+)\r\n/.exec(head) ?? [];
  const end = (status: number): void =>
    void client.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
  if (login !== undefined && Buffer.from(token, 'base64').toString() !== login) {
    return end(407);
  }
  proxy.asked.push(`${host}:${port}`);
  if (reply !== undefined) {
    return end(reply);
  }
  const answer = Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n');
  await proxy.join(client, host, Number(port), answer).catch(() => end(502));
}

/** So many bytes of what a client sends. */
async function take(client: Socket, count: number): Promise<Buffer> {
  for (;;) {
    const bytes = count === 0 ? Buffer.alloc(0) : (client.read(count) as Buffer | null);
    if (bytes) {
      return bytes;
    }
    if (client.destroyed || client.readableEnded) {
      throw new Error('the client hung up');
    }
    await Promise.race([once(client, 'readable'), once(client, 'close')]);
  }
}
