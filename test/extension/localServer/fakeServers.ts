import type { FoundServer } from '../../../src/extension/localServer/findServer';
import type { LaunchServer } from '../../../src/extension/localServer/launchServer';
import type { LocalSystem } from '../../../src/extension/localServer/localSystem';

export const found: FoundServer = { path: '/opt/nats-server', version: '2.15.1' };

/** A process of the fake machine, that prints and ends when a test says so. */
export class FakeProcess {
  readonly signals: string[] = [];
  ignoresSigterm = false;
  private end: (how: string) => void = () => undefined;
  readonly ended = new Promise<string>((resolve) => (this.end = resolve));

  constructor(
    readonly pid: number,
    readonly args: readonly string[],
    private readonly onLine: (line: string) => void,
    private readonly system: FakeSystem,
  ) {}

  get port(): string {
    return this.valueOf('-p');
  }

  get name(): string {
    return this.valueOf('-n');
  }

  readonly print = (...lines: string[]): void => lines.forEach(this.onLine);

  /** Takes clients, on `port` when it was to choose one. */
  becomeReady(port = 7000): void {
    const taken = this.port === '-1' ? port : Number(this.port);
    this.system.names.set(taken, this.name);
    const time = `[${this.pid}] 2026/01/02 03:04:05.000006 [INF]`;
    this.print(
      `${time} Listening for client connections on 127.0.0.1:${taken}`,
      `${time} Server is ready`,
    );
  }

  kill(signal: NodeJS.Signals): void {
    this.signals.push(signal);
    if (signal === 'SIGKILL') {
      this.die('SIGKILL');
    } else if (!this.ignoresSigterm) {
      this.print('[1] 2026/01/02 03:04:05.000006 [INF] Server Exiting..');
      this.die('code 0');
    }
  }

  die(how: string): void {
    this.system.alive.delete(this.pid);
    this.system.names.forEach((name, port) => {
      if (name === this.name) {
        this.system.names.delete(port);
      }
    });
    this.end(how);
  }

  private valueOf(option: string): string {
    return this.args[this.args.indexOf(option) + 1] ?? '';
  }
}

/** A machine with processes and ports; time passes as fast as it is waited for. */
export class FakeSystem implements LocalSystem {
  readonly processes: FakeProcess[] = [];
  /** Process ids that exist, hosts' too. */
  readonly alive = new Set<number>();
  readonly commandLines = new Map<number, string>();
  /** Ports that somebody listens on, who may be no NATS server. */
  readonly taken = new Set<number>();
  /** Names of the NATS servers by port. */
  readonly names = new Map<number, string>();
  /** Called at each wait: what happens meanwhile. */
  meanwhile: () => unknown = () => undefined;
  private readonly clock = { waited: 0 };

  constructor(readonly ownPid = 100) {
    this.alive.add(ownPid);
  }

  /** Milliseconds, of all windows together. */
  get waited(): number {
    return this.clock.waited;
  }

  get last(): FakeProcess {
    const process = this.processes.at(-1);
    if (!process) {
      throw new Error('nothing was launched');
    }
    return process;
  }

  readonly launch: LaunchServer = (_path, args, onLine) => {
    const process = new FakeProcess(5000 + this.processes.length, args, onLine, this);
    this.processes.push(process);
    this.alive.add(process.pid);
    return process;
  };

  isAlive(pid: number): boolean {
    return this.alive.has(pid);
  }

  commandLineOf(pid: number): Promise<string | undefined> {
    return Promise.resolve(this.commandLines.get(pid));
  }

  kill(pid: number, signal: NodeJS.Signals): void {
    const process = this.processes.find((each) => each.pid === pid);
    if (process) {
      process.kill(signal);
    } else if (signal === 'SIGKILL') {
      this.alive.delete(pid);
    }
  }

  isListening(port: number): Promise<boolean> {
    return Promise.resolve(this.taken.has(port) || this.names.has(port));
  }

  serverNameAt(port: number): Promise<string | undefined> {
    return Promise.resolve(this.names.get(port));
  }

  async wait(milliseconds: number): Promise<void> {
    this.clock.waited += milliseconds;
    this.meanwhile();
    await Promise.resolve();
  }

  /** The same machine as another window sees it. */
  asOther(ownPid: number): LocalSystem {
    this.alive.add(ownPid);
    return Object.assign(Object.create(this) as LocalSystem, { ownPid });
  }
}
