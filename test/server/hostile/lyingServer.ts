import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A message that the client published. */
export interface Asked {
  readonly subject: string;
  readonly reply: string;
  readonly payload: string;
}

/** What a message has besides its payload. */
interface Sent {
  /** A whole block such as `NATS/1.0 404\r\n\r\n`. */
  readonly headers?: string;
  readonly reply?: string;
  /** The subject that it was stored under, where that is not the one it is sent to. */
  readonly subject?: string;
}

/** What a script answers with. */
export interface Answering {
  /** Sends to whoever listens to a subject. */
  send(to: string, payload: string, sent?: Sent): void;
  /** Sends bytes as they are. */
  raw(bytes: string | Uint8Array): void;
  end(): void;
}

export type Script = (asked: Asked, answering: Answering) => void;

const honestInfo = {
  server_id: 'LYING',
  server_name: 'lying',
  version: '2.15.1',
  proto: 1,
  headers: true,
  jetstream: true,
  max_payload: 1_048_576,
};

/**
 * Owns a server on loopback that speaks the protocol of NATS and whose answers a test makes up; changes
 * only through what clients send and its script.
 */
export class LyingServer {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly script: Script,
    private readonly info: object,
  ) {
    server.on('connection', (socket) => this.serve(socket));
  }

  static async start(script: Script, info: object = {}): Promise<LyingServer> {
    const server = createServer();
    const lying = new LyingServer(server, script, { ...honestInfo, ...info });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return lying;
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.sockets.forEach((socket) => socket.destroy());
    this.server.close();
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    // A client that goes in the middle of an answer is no failure of the test.
    socket.on('error', () => socket.destroy());
    const conversation = new Conversation(socket, this.script);
    socket.on('data', (bytes) => conversation.take(bytes));
    socket.write(`INFO ${JSON.stringify(this.info)}\r\n`);
  }
}

/** Owns what one client has subscribed to, and what of its commands is not whole yet. */
class Conversation implements Answering {
  private readonly subscriptions = new Map<string, string>();
  private left = Buffer.alloc(0);

  constructor(
    private readonly socket: Socket,
    private readonly script: Script,
  ) {}

  take(bytes: Uint8Array): void {
    this.left = Buffer.concat([this.left, bytes]);
    for (let end = this.left.indexOf('\r\n'); end >= 0; end = this.left.indexOf('\r\n')) {
      const words = this.left.subarray(0, end).toString().split(' ');
      const isMessage = words[0] === 'PUB' || words[0] === 'HPUB';
      const size = isMessage ? Number(words.at(-1)) + 2 : 0;
      if (this.left.length < end + 2 + size) {
        return;
      }
      const body = this.left.subarray(end + 2, end + 2 + size);
      this.left = this.left.subarray(end + 2 + size);
      this.obey(words, body);
    }
  }

  send(to: string, payload: string, sent: Sent = {}): void {
    const { headers = '', reply = '', subject = to } = sent;
    const sid = this.sidOf(to);
    if (sid !== undefined) {
      const body = headers + payload;
      const sizes = headers === '' ? '' : `${Buffer.byteLength(headers)} `;
      const head = `${subject} ${sid} ${reply === '' ? '' : `${reply} `}${sizes}`;
      const size = Buffer.byteLength(body);
      this.raw(`${headers === '' ? 'MSG' : 'HMSG'} ${head}${size}\r\n${body}\r\n`);
    }
  }

  raw(bytes: string | Uint8Array): void {
    if (this.socket.writable) {
      this.socket.write(bytes);
    }
  }

  end(): void {
    this.socket.destroy();
  }

  private obey([verb = '', ...words]: string[], body: Buffer): void {
    switch (verb) {
      case 'PING':
        return this.raw('PONG\r\n');
      case 'SUB':
        return void this.subscriptions.set(words.at(-1) ?? '', words[0] ?? '');
      case 'UNSUB':
        return void this.subscriptions.delete(words[0] ?? '');
      case 'PUB':
      case 'HPUB': {
        const headerSize = verb === 'HPUB' ? Number(words.at(-2)) : 0;
        const count = verb === 'HPUB' ? 4 : 3;
        const [subject = '', reply = ''] = words;
        const payload = body.subarray(headerSize, -2).toString();
        this.script({ subject, reply: words.length === count ? reply : '', payload }, this);
      }
    }
  }

  private sidOf(subject: string): string | undefined {
    const wildcard = subject.replace(/[^.]+$/, '*');
    return [...this.subscriptions].find(([, to]) => to === subject || to === wildcard)?.[0];
  }
}
