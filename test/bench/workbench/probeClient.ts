import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * What the probe is asked. `begin`: measure from now on; `end`: tell what was measured since. With a
 * `file` in both, a processor profile of the time between is written to it. `memory`: after all garbage.
 * `snapshot`: write what is on the heap to `file`. `open`: show `uris` in editors that stay, `texts`: of
 * these by their URIs.
 */
export interface ProbeRequest {
  readonly id: number;
  readonly kind: 'begin' | 'end' | 'memory' | 'snapshot' | 'open' | 'texts';
  readonly file?: string | undefined;
  readonly uris?: readonly string[];
}

export interface ProbeAnswer {
  readonly id: number;
  readonly told: Readonly<Record<string, number>>;
  readonly texts?: Readonly<Record<string, string>>;
}

/** Owns the benchmark's end of the line to the probe; changes only through what the probe sends. */
export class ProbeClient {
  private socket: Promise<Socket>;
  private nextId = 1;
  private readonly waiting = new Map<number, (answer: ProbeAnswer) => void>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {
    this.socket = once(server, 'connection').then(([socket]) => this.follow(socket as Socket));
  }

  /** Listens on a free port of 127.0.0.1: give it to the probe in the setting `bench.port`. */
  static async listen(): Promise<ProbeClient> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ProbeClient(server, (server.address() as AddressInfo).port);
  }

  /** Resolves with what the probe answers; waits for it to be there. */
  async ask(kind: ProbeRequest['kind'], file?: string): Promise<ProbeAnswer['told']> {
    return (await this.send({ kind, file })).told;
  }

  /** Opens editors that stay, side by side with what is open. */
  async open(uris: readonly string[]): Promise<void> {
    await this.send({ kind: 'open', uris });
  }

  /** The texts of these documents as extensions are told them; what is not open is left out. */
  async texts(uris: readonly string[]): Promise<Readonly<Record<string, string>>> {
    return (await this.send({ kind: 'texts', uris })).texts ?? {};
  }

  async close(): Promise<void> {
    (await this.socket).destroy();
    this.server.close();
  }

  private async send(request: Omit<ProbeRequest, 'id'>): Promise<ProbeAnswer> {
    const socket = await this.socket;
    const id = this.nextId++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      socket.write(`${JSON.stringify({ ...request, id })}\n`);
    });
  }

  private follow(socket: Socket): Socket {
    createInterface({ input: socket }).on('line', (line) => {
      const answer = JSON.parse(line) as ProbeAnswer;
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    });
    return socket;
  }
}
