import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { askedOfLateFollower, type ClientFrame, ClientFrames, publishedTo } from './clientFrames';

/** Stands between a client and a nats-server, counts what the client publishes and breaks the link. */
export interface Proxy {
  readonly url: string;
  readonly port: number;
  /** Subjects of every PUB and HPUB that clients sent, in order, requests included. */
  readonly published: string[];
  /** How many connections are open now. */
  readonly connections: number;
  /** Empties `published` and ends `stall`, `delay` and `lag`. */
  reset(): void;
  /** Breaks every open connection at once, as a lost network does. New ones are taken. */
  cut(): void;
  /**
   * Breaks the connection of a client once it has published so many messages to subjects that begin like
   * this. They have been passed on; what is sent after them, and what they are answered, is lost.
   */
  cutAfter(count: number, prefix: string): void;
  /** Breaks the connection of a client once the server has sent it so many bytes more, which it gets. */
  cutAfterBytes(count: number): void;
  /** Holds all bytes back in both directions, while connections stay open; `reset` lets them go. */
  stall(): void;
  /** Delivers each chunk `ms` later in both directions. */
  delay(ms: number): void;
  /**
   * Answers direct gets of a single key as a late follower does, which has the messages up to a sequence:
   * with the message of that sequence, or with none where the bucket does not hold it.
   */
  lag(sequence: number): void;
  /** Stops listening, so that new connections are refused. Open ones stay. */
  refuse(): void;
  /** Listens again on the same port after `refuse`. */
  accept(): Promise<void>;
  stop(): void;
}

/**
 * Starts a proxy on a free port of 127.0.0.1 in front of the server on `targetPort`. One that is `blind`
 * passes on what it cannot read, such as WebSocket and TLS: it knows nothing of what is published.
 */
export async function startProxy(targetPort: number, { blind = false } = {}): Promise<Proxy> {
  const proxy = new TcpProxy(targetPort, blind);
  await proxy.accept();
  return proxy;
}

/** Owns the listener, the open pairs of sockets and the brake; changes only through its methods. */
class TcpProxy implements Proxy {
  readonly published: string[] = [];
  port = 0;
  private listener: Server | undefined;
  private readonly lanes = new Set<Lane>();
  private readonly sockets = new Set<Socket>();
  private readonly brake: Brake = { stalled: false, delayMs: 0 };
  private lastOfFollower: number | undefined;
  private toCut: { left: number; readonly prefix: string } | undefined;
  private bytesLeft: number | undefined;

  constructor(
    private readonly targetPort: number,
    private readonly isBlind: boolean,
  ) {}

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  get connections(): number {
    return this.sockets.size / 2;
  }

  reset(): void {
    this.published.length = 0;
    this.brake.stalled = false;
    this.brake.delayMs = 0;
    this.lastOfFollower = undefined;
    this.lanes.forEach((lane) => lane.pump());
  }

  cut(): void {
    this.sockets.forEach((socket) => socket.destroy());
  }

  stall(): void {
    this.brake.stalled = true;
  }

  delay(ms: number): void {
    this.brake.delayMs = ms;
  }

  cutAfter(count: number, prefix: string): void {
    this.toCut = { left: count, prefix };
  }

  cutAfterBytes(count: number): void {
    this.bytesLeft = count;
  }

  lag(sequence: number): void {
    this.lastOfFollower = sequence;
  }

  refuse(): void {
    this.listener?.close();
    this.listener = undefined;
  }

  async accept(): Promise<void> {
    if (this.listener === undefined) {
      this.listener = createServer((client) => this.join(client));
      this.listener.listen(this.port, '127.0.0.1');
      await once(this.listener, 'listening');
      this.port = (this.listener.address() as AddressInfo).port;
    }
  }

  stop(): void {
    this.refuse();
    this.cut();
  }

  private join(client: Socket): void {
    const server = connect(this.targetPort, '127.0.0.1');
    const frames = new ClientFrames();
    let isCut = false;
    if (this.isBlind) {
      this.link(client, server, (chunk) => [chunk]);
      this.link(server, client, (chunk) => [chunk]);
      return;
    }
    this.link(client, server, (chunk) => {
      const passed: Buffer[] = [];
      for (const frame of isCut ? [] : frames.push(chunk)) {
        isCut ||= this.isToBeCut(frame, 'before');
        if (!isCut) {
          passed.push(this.passOn(frame));
          isCut = this.isToBeCut(frame, 'after');
        }
        if (isCut) {
          // What was passed on leaves first.
          server.end(Buffer.concat(passed), () => client.destroy());
          return [];
        }
      }
      return passed;
    });
    this.link(server, client, (chunk) => {
      const left = isCut ? 0 : (this.bytesLeft ?? Infinity);
      if (chunk.length < left) {
        this.bytesLeft &&= left - chunk.length;
        return [chunk];
      }
      if (!isCut) {
        isCut = true;
        this.bytesLeft = undefined;
        client.end(chunk.subarray(0, left), () => server.destroy());
      }
      return [];
    });
  }

  private isToBeCut(frame: ClientFrame, when: 'before' | 'after'): boolean {
    const { toCut } = this;
    if (!toCut || !publishedTo(frame)?.startsWith(toCut.prefix)) {
      return false;
    }
    if (when === 'after') {
      toCut.left--;
    }
    const isDue = toCut.left <= 0;
    this.toCut = isDue ? undefined : toCut;
    return isDue;
  }

  private passOn(frame: ClientFrame): Buffer {
    const subject = publishedTo(frame);
    if (subject !== undefined) {
      this.published.push(subject);
    }
    const { lastOfFollower: last } = this;
    return last === undefined ? frame.bytes : askedOfLateFollower(frame, last);
  }

  private link(from: Socket, to: Socket, pass: (chunk: Buffer) => readonly Buffer[]): void {
    const lane = new Lane(to, this.brake);
    this.lanes.add(lane);
    this.sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => pass(chunk).forEach((part) => lane.send(part)));
    // A broken connection is what this proxy is for; 'close' follows and does the clearing up.
    from.on('error', () => undefined);
    from.on('close', () => {
      this.lanes.delete(lane);
      this.sockets.delete(from);
      to.destroy();
    });
  }
}

interface Brake {
  stalled: boolean;
  delayMs: number;
}

/** One direction of a connection: chunks leave in order, each when it is due and nothing is stalled. */
class Lane {
  private readonly queue: { readonly due: number; readonly chunk: Buffer }[] = [];

  constructor(
    private readonly to: Socket,
    private readonly brake: Brake,
  ) {}

  send(chunk: Buffer): void {
    this.queue.push({ due: Date.now() + this.brake.delayMs, chunk });
    this.pump();
  }

  pump(): void {
    for (let next = this.queue[0]; next && !this.brake.stalled; next = this.queue[0]) {
      const wait = this.brake.delayMs === 0 ? 0 : next.due - Date.now();
      if (wait > 0) {
        setTimeout(() => this.pump(), wait);
        return;
      }
      this.queue.shift();
      this.to.write(next.chunk);
    }
  }
}
