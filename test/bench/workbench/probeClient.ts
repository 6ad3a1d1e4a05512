import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * What the probe is asked. `begin`: measure from now on; `end`: tell what was measured since. With a
 * `file` in both, a processor profile of the time between is written to it. `memory`: after all garbage.
 */
export interface ProbeRequest {
  readonly id: number;
  readonly kind: 'begin' | 'end' | 'memory';
  readonly file?: string | undefined;
}

export interface ProbeAnswer {
  readonly id: number;
  readonly told: Readonly<Record<string, number>>;
}

/** Owns the benchmark's end of the line to the probe; changes only through what the probe sends. */
export class ProbeClient {
  private socket: Promise<Socket>;
  private nextId = 1;
  private readonly waiting = new Map<number, (told: ProbeAnswer['told']) => void>();

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
    const socket = await this.socket;
    const request: ProbeRequest = { id: this.nextId++, kind, file };
    return new Promise((resolve) => {
      this.waiting.set(request.id, resolve);
      socket.write(`${JSON.stringify(request)}\n`);
    });
  }

  async close(): Promise<void> {
    (await this.socket).destroy();
    this.server.close();
  }

  private follow(socket: Socket): Socket {
    createInterface({ input: socket }).on('line', (line) => {
      const { id, told } = JSON.parse(line) as ProbeAnswer;
      this.waiting.get(id)?.(told);
      this.waiting.delete(id);
    });
    return socket;
  }
}
