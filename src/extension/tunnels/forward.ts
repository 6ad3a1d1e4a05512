import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { homedir } from 'node:os';
import { ignore } from '../../kv/base/ignore';
import type { TunnelConfig } from '../../kv/model/connectionConfig';
import type { Endpoint } from '../../kv/nats/link/openSocket';
import { launchServer, type ServerProcess } from '../localServer/launchServer';
import { LastWords } from './lastWords';
import { listeningReader, tunnelArguments } from './tunnelCommand';

/** One that does not end when it is asked to is killed. */
const graceMs = 3000;

/**
 * Owns a program that leads connections to a local port on to a server. The program is not given to a shell to
 * read, runs in the home folder, and ends by `end` or with this process, however that ends.
 */
export class Forward {
  readonly words = new LastWords();
  /** The local port, once the program itself has said that it listens there. */
  readonly listening: Promise<number>;
  /** Resolves with how it ended, such as `code 255`. */
  readonly ended: Promise<string>;
  private process: ServerProcess | undefined;
  private isToEnd = false;
  private hasEnded = false;

  constructor(
    private readonly program: string,
    private readonly tunnel: TunnelConfig,
    private readonly server: Endpoint,
  ) {
    const told = Promise.withResolvers<number>();
    this.listening = told.promise;
    this.ended = this.run(told.resolve).finally(() => (this.hasEnded = true));
  }

  end(): void {
    this.isToEnd = true;
    if (this.hasEnded || !this.process) {
      return;
    }
    const { process } = this;
    process.kill('SIGTERM');
    const timer = setTimeout(() => process.kill('SIGKILL'), graceMs);
    void this.ended.then(() => clearTimeout(timer), ignore);
  }

  private async run(listens: (port: number) => void): Promise<string> {
    const { kind } = this.tunnel;
    const localPort = kind === 'ssh' ? await freePort() : 0;
    if (this.isToEnd) {
      return '';
    }
    const listeningPort = listeningReader(kind, localPort);
    // A port counts only when the program says that it has it: another one may have been faster.
    const onLine = (line: string): void => {
      const port = listeningPort(line);
      if (port === undefined) {
        this.words.add(line);
      } else {
        this.words.forget();
        listens(port);
      }
    };
    const args = tunnelArguments(this.tunnel, this.server, String(localPort));
    const options = { onOutput: onLine, cwd: homedir() };
    this.process = launchServer(this.program, args, onLine, options);
    return this.process.ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
