import { t } from '../../kv/base/l10n';
import { KvError } from '../../kv/model/errors';
import type { FoundServer } from './findServer';
import type { LaunchServer, ServerProcess } from './launchServer';

export interface ServerRunOptions {
  readonly server: FoundServer;
  /** The server's name for its clients. */
  readonly name: string;
  /** -1 takes a free one. */
  readonly port: number;
  readonly storeDir: string;
  readonly launch: LaunchServer;
  readonly onLine: (line: string) => void;
  readonly readyTimeoutMs: number;
  readonly stopTimeoutMs: number;
}

/** How a server ended. */
export interface ServerEnd {
  /** It was asked to end, by us or by somebody whom it obeyed. */
  readonly isOrderly: boolean;
  /** Such as 'nats-server ended with code 1: …', with its last words. */
  readonly reason: string;
}

const keptLines = 50;
const lastWords = 3;

/** Owns one nats-server with JetStream on 127.0.0.1, from its launch to its end. */
export class ServerRun {
  /** Resolves with its port when it takes clients; throws `server` when it ends before, `timeout`. */
  readonly ready: Promise<number>;
  readonly ended: Promise<ServerEnd>;
  private readonly lines: string[] = [];
  private readonly process: ServerProcess;
  private hasEnded = false;
  private isStopping = false;
  private onReady: (port: number) => void = () => undefined;

  constructor(private readonly options: ServerRunOptions) {
    const { server, name, port, storeDir, launch } = options;
    const listening = new Promise<number>((resolve) => (this.onReady = resolve));
    const args = ['-a', '127.0.0.1', '-p', String(port), '-n', name, '-js', '-sd', storeDir];
    this.process = launch(server.path, args, (line) => this.read(line));
    this.ended = this.process.ended.then((how) => this.end(how));
    this.ready = this.within(listening);
    // Who waits for it gets it; nobody has to.
    this.ready.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** Asks it to end and resolves when it has; one that does not is killed. */
  async stop(): Promise<void> {
    if (this.hasEnded) {
      return;
    }
    this.isStopping = true;
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), this.options.stopTimeoutMs);
    await this.ended;
    clearTimeout(timer);
  }

  private read(line: string): void {
    this.options.onLine(line);
    this.lines.push(line);
    this.lines.splice(0, this.lines.length - keptLines);
    if (line.includes('Server is ready')) {
      this.onReady(portIn(this.lines));
    }
  }

  private end(how: string): ServerEnd {
    this.hasEnded = true;
    const words = tellingLines(this.lines).join('; ');
    return {
      isOrderly: this.isStopping || this.lines.some((line) => line.includes('Server Exiting')),
      reason: t('nats-server ended with {0}{1}', how, words && `: ${words}`),
    };
  }

  private async within(listening: Promise<number>): Promise<number> {
    const { readyTimeoutMs } = this.options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const seconds = readyTimeoutMs / 1000;
      const error = new KvError('timeout', t('nats-server was not ready in {0} s', seconds));
      timer = setTimeout(() => reject(error), readyTimeoutMs);
    });
    const over = this.ended.then(({ reason }): never => {
      throw new KvError('server', reason);
    });
    try {
      return await Promise.race([listening, late, over]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A server with `-p -1` tells only in its log which port it took. */
function portIn(lines: readonly string[]): number {
  const texts = lines.map(
    (line) => /Listening for client connections on \S+:(\d+)/.exec(line)?.[1],
  );
  return Number(texts.findLast((text) => text !== undefined));
}

/** What went wrong by its own words: its errors, else the last that it said. */
function tellingLines(lines: readonly string[]): string[] {
  const errors = lines.filter((line) => /\[(FTL|ERR)\]/.test(line));
  return (errors.length > 0 ? errors : lines)
    .slice(-lastWords)
    .map((line) => line.replace(/^\[\d+\] \S+ \S+ \[\w+\] /, '').trim());
}

/** Whether a server failed because its port is taken, on any system. */
export function isPortTaken(reason: string): boolean {
  return /address already in use|Only one usage of each socket address/i.test(reason);
}
