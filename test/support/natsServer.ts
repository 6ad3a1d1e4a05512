import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './poll';

export interface NatsServerOptions {
  /** The executable; `NATS_SERVER_BIN` when omitted. */
  readonly bin?: string;
  /** Where JetStream stores; a temporary folder that `stop` removes when omitted. */
  readonly storeDir?: string;
  /** A free port when omitted. */
  readonly port?: number;
  /** Text of a configuration file, for accounts, permissions or limits. */
  readonly config?: string;
  /** On when omitted. */
  readonly jetstream?: boolean;
}

/** A real nats-server on 127.0.0.1. The port and the store stay the same over `restart`. */
export interface NatsServer {
  readonly url: string;
  readonly port: number;
  /** Of the process running now, or of the last one. */
  readonly pid: number;
  readonly storeDir: string;
  /** Written from `options.config`; rewrite it and send SIGHUP to `pid` for a reload. */
  readonly configFile: string;
  /** What the server printed since its first start. */
  readonly log: string;
  /** Stops the process until `thaw`, as a machine that stalls does; resolves once nothing of it runs. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Ends the process as a crash would. The store stays. */
  kill9(): Promise<void>;
  /** Ends the process in good order. The store stays, so that `restart` finds its data. */
  shutdown(): Promise<void>;
  /** Shuts down when running, and starts again on the same port and store. */
  restart(): Promise<void>;
  /** Ends the process for good and removes what was temporary. */
  stop(): Promise<void>;
}

/** Ends what hangs; a machine that is busy with other things takes seconds to start a server. */
const readyTimeoutMs = 90_000;

/** Starts a server and resolves when it takes clients. Throws with the server's log when it does not. */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const bin = options.bin ?? process.env['NATS_SERVER_BIN'];
  if (!bin) {
    throw new Error('No nats-server: set NATS_SERVER_BIN, or run the tests through `npm test`.');
  }
  const home = await mkdtemp(join(tmpdir(), 'nats-server-'));
  const server = new RunningServer(bin, home, options);
  try {
    await writeFile(server.configFile, options.config ?? '');
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/** Owns one process at a time and the temporary folder; changes only through its methods. */
class RunningServer implements NatsServer {
  port: number;
  log = '';
  readonly storeDir: string;
  readonly configFile: string;
  private child: ChildProcess | undefined;
  private readonly killAtExit = () => this.child?.kill('SIGKILL');

  constructor(
    private readonly bin: string,
    private readonly home: string,
    private readonly options: NatsServerOptions,
  ) {
    this.port = options.port ?? -1;
    this.storeDir = options.storeDir ?? join(home, 'store');
    this.configFile = join(home, 'server.conf');
    process.on('exit', this.killAtExit);
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child?.pid ?? -1;
  }

  async start(): Promise<void> {
    const from = this.log.length;
    const child = spawn(this.bin, this.args(), { stdio: ['ignore', 'ignore', 'pipe'] });
    this.child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    this.port = await waitUntilReady(child, () => this.log.slice(from));
  }

  async freeze(): Promise<void> {
    const { pid } = this;
    process.kill(pid, 'SIGSTOP');
    // The signal is under way: it may still answer what is sent at once.
    if (process.platform === 'linux') {
      await eventually(async () => / T /.test(await readFile(`/proc/${pid}/stat`, 'utf8')));
    }
  }

  thaw(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  async kill9(): Promise<void> {
    await this.end('SIGKILL');
  }

  async shutdown(): Promise<void> {
    await this.end('SIGTERM');
  }

  async restart(): Promise<void> {
    await this.shutdown();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.shutdown();
    process.off('exit', this.killAtExit);
    await rm(this.home, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Port -1 lets the server itself pick a free one, so that two test files never race for it. */
  private args(): string[] {
    const args = ['-a', '127.0.0.1', '-p', String(this.port), '-c', this.configFile];
    return this.options.jetstream === false ? args : [...args, '-js', '-sd', this.storeDir];
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const exited = once(child, 'exit');
    child.kill(signal);
    // One that a test has stopped takes a signal only once it goes on.
    child.kill('SIGCONT');
    await exited;
  }
}

/** Resolves with the client port as soon as the log says that the server is ready. */
async function waitUntilReady(child: ChildProcess, log: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      child.off('exit', onExit).off('error', onError);
      child.stderr?.off('data', onData);
    };
    const fail = (reason: string) => {
      settle();
      child.kill('SIGKILL');
      reject(new Error(`nats-server ${reason}:\n${log()}`));
    };
    const onExit = (code: number | null) => fail(`ended at its start with code ${code}`);
    const onError = (error: Error) => fail(`did not start (${error.message})`);
    const onData = () => {
      const port = /Listening for client connections on \S+:(\d+)/.exec(log())?.[1];
      if (port && log().includes('Server is ready')) {
        settle();
        resolve(Number(port));
      }
    };
    const timer = setTimeout(() => fail('did not become ready'), readyTimeoutMs);
    child.once('exit', onExit).once('error', onError);
    child.stderr?.on('data', onData);
  });
}
