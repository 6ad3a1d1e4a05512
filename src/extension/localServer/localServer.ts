import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { t } from '../../kv/base/l10n';
import { KvError, messageOf } from '../../kv/model/errors';
import { ObservableValue, type Disposable, type Observable } from '../../kv/base/event';
import { claimStore, type RunningRecord } from './claimStore';
import type { FoundServer } from './findServer';
import { launchServer, type LaunchServer } from './launchServer';
import { localSystem, type LocalSystem } from './localSystem';
import { isPortTaken, ServerRun, type ServerEnd } from './serverRun';
import { SharedServer } from './sharedServer';
import { removeRecord, writeRecord } from './storeRecord';

export type LocalServerState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | {
      readonly kind: 'running';
      readonly url: string;
      readonly port: number;
      readonly pid: number;
      readonly version: string;
      /** Another window started it, and its end is this one's too. */
      readonly isShared: boolean;
    }
  /** `url`: where it was, when it had been running. */
  | { readonly kind: 'failed'; readonly reason: string; readonly url?: string };

type RunningState = Extract<LocalServerState, { kind: 'running' }>;

export interface LocalServerOptions {
  /** Holds the data, and the record of who has it open. */
  readonly folder: string;
  /** Gets each line of the server's log, and what is done about it. */
  readonly onLine: (line: string) => void;
  readonly launch?: LaunchServer;
  readonly system?: LocalSystem;
  /** Opening a large store takes a while. */
  readonly readyTimeoutMs?: number;
  readonly stopTimeoutMs?: number;
  /** How often the server of another window is looked after. */
  readonly watchMs?: number;
}

const stopped: LocalServerState = { kind: 'stopped' };

/** The usual port of NATS, which other programs look at first. */
export const usualPort = 4222;

/**
 * Owns the local nats-server of this window and its store; changes only through `start`, `stop` and the
 * end of the process. The store is one for all windows: a second window uses the server of the first.
 */
export class LocalServer implements Disposable {
  private readonly value = new ObservableValue<LocalServerState>(stopped);
  readonly state: Observable<LocalServerState> = this.value;
  private readonly system: LocalSystem;
  /** Calls off the start that is under way. */
  private attempt: AbortController | undefined;
  private starting: Promise<LocalServerState> | undefined;
  /** The server of this window; `shared` is one of another. Never both. */
  private run: ServerRun | undefined;
  private shared: SharedServer | undefined;
  /** Resolves when what the last run left has been cleared up. */
  private cleared: Promise<void> = Promise.resolve();

  constructor(private readonly options: LocalServerOptions) {
    this.system = options.system ?? localSystem;
  }

  /**
   * Starts `server` unless one runs, on `port` or, when that is taken or 0, on a free one. Resolves with
   * the state that it comes to; it never throws.
   */
  start(server: FoundServer, port = usualPort): Promise<LocalServerState> {
    if (this.state.current.kind === 'running') {
      return Promise.resolve(this.state.current);
    }
    this.starting ??= this.startNow(server, port).finally(() => (this.starting = undefined));
    return this.starting;
  }

  /** Ends the server, another window's too, or the attempt to start it. */
  async stop(): Promise<void> {
    this.attempt?.abort();
    await this.starting;
    await this.run?.stop();
    await this.cleared;
    await this.shared?.stop();
    this.shared = undefined;
    this.value.set(stopped);
  }

  /** Deletes everything that is stored. Throws `denied` when a server has it open. */
  async deleteData(): Promise<void> {
    const name = newName();
    const { folder } = this.options;
    if (this.state.current.kind === 'running' || this.starting) {
      throw new KvError('denied', t('the server is running'));
    }
    const claim = await claimStore(folder, name, this.system);
    if (claim.kind !== 'claimed') {
      const reason =
        claim.kind === 'shared' ? t('the server runs for another window') : claim.reason;
      throw new KvError('denied', reason);
    }
    // Claimed, so that no window can start a server on what is being deleted.
    try {
      await rm(this.storeDir, { recursive: true, force: true, maxRetries: 3 });
    } finally {
      await removeRecord(folder, name, this.system);
    }
  }

  /** Ends what this window started, without waiting for it. */
  dispose(): void {
    this.attempt?.abort();
    this.stopInBackground(this.run);
    this.shared?.dispose();
    this.value.dispose();
  }

  private stopInBackground(run: ServerRun | undefined): void {
    run?.stop().catch((error: unknown) => {
      this.options.onLine(`Failed to stop the server: ${messageOf(error)}`);
    });
  }

  private get storeDir(): string {
    return join(this.options.folder, 'data');
  }

  private async startNow(server: FoundServer, port: number): Promise<LocalServerState> {
    const { signal } = (this.attempt = new AbortController());
    this.value.set({ kind: 'starting' });
    const outcome = await this.claimAndRun(server, port, signal).catch(
      (error: unknown): LocalServerState =>
        signal.aborted ? stopped : { kind: 'failed', reason: messageOf(error) },
    );
    this.attempt = undefined;
    // It may have died in the very moment in which it was ready: its end has been told by then.
    const hasEnded = outcome.kind === 'running' && !outcome.isShared && !this.run;
    if (!hasEnded) {
      this.value.set(outcome);
    }
    return this.state.current;
  }

  private async claimAndRun(
    server: FoundServer,
    port: number,
    signal: AbortSignal,
  ): Promise<LocalServerState> {
    const name = newName();
    const { folder } = this.options;
    const claim = await claimStore(folder, name, this.system, signal);
    switch (claim.kind) {
      case 'blocked':
        return { kind: 'failed', reason: claim.reason };
      case 'shared':
        return this.share(claim.record);
      case 'claimed':
        try {
          return await this.runOnAnyPort(server, name, port, signal);
        } catch (error) {
          await removeRecord(folder, name, this.system);
          throw error;
        }
    }
  }

  /** Somebody may take the port between the look and the start, so its failure is looked at too. */
  private async runOnAnyPort(
    server: FoundServer,
    name: string,
    port: number,
    signal: AbortSignal,
  ): Promise<RunningState> {
    await mkdir(this.storeDir, { recursive: true });
    const isTaken = port > 0 && (await this.system.isListening(port));
    try {
      if (port > 0 && !isTaken) {
        return await this.runOn(server, name, port, signal);
      }
    } catch (error) {
      if (signal.aborted || !isPortTaken(messageOf(error))) {
        throw error;
      }
    }
    if (port > 0) {
      this.options.onLine(`Port ${port} is taken; a free one is used.`);
    }
    return this.runOn(server, name, -1, signal);
  }

  private async runOn(
    server: FoundServer,
    name: string,
    wantedPort: number,
    signal: AbortSignal,
  ): Promise<RunningState> {
    const { folder, onLine, launch = launchServer } = this.options;
    const { readyTimeoutMs = 60_000, stopTimeoutMs = 5000 } = this.options;
    signal.throwIfAborted();
    const shape = { server, name, port: wantedPort, storeDir: this.storeDir };
    const run = new ServerRun({ ...shape, launch, onLine, readyTimeoutMs, stopTimeoutMs });
    const stop = (): void => this.stopInBackground(run);
    signal.addEventListener('abort', stop);
    this.run = run;
    try {
      const record = { owner: this.system.ownPid, name, pid: run.pid ?? 0 };
      // Before it is ready: a host that dies now leaves its server to be found by this.
      await writeRecord(folder, record);
      const port = await run.ready;
      const { version } = server;
      await writeRecord(folder, { ...record, port, version });
      signal.throwIfAborted();
      this.cleared = run.ended.then((end) => this.afterEnd(run, name, end));
      return runningState({ ...record, port, version }, false);
    } catch (error) {
      await run.stop();
      this.run = undefined;
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** The record goes when the process has gone, and not before: until then the store is open. */
  private async afterEnd(run: ServerRun, name: string, end: ServerEnd): Promise<void> {
    if (this.run === run) {
      this.run = undefined;
      this.value.set(this.stateAfter(end));
    }
    const { folder, onLine } = this.options;
    await removeRecord(folder, name, this.system).catch((error: unknown) =>
      onLine(messageOf(error)),
    );
  }

  private stateAfter({ isOrderly, reason }: ServerEnd): LocalServerState {
    const { current } = this.state;
    if (isOrderly) {
      return stopped;
    }
    return { kind: 'failed', reason, url: current.kind === 'running' ? current.url : undefined };
  }

  private share(record: RunningRecord): RunningState {
    const { onLine, watchMs = 2000 } = this.options;
    onLine('The server of another window is used: both have the same data.');
    this.shared = new SharedServer(record, this.system, watchMs, () => {
      this.shared = undefined;
      onLine('The server of the other window has ended.');
      this.value.set(stopped);
    });
    return runningState(record, true);
  }
}

function runningState(record: RunningRecord, isShared: boolean): RunningState {
  const { port, pid, version = '' } = record;
  return { kind: 'running', url: `nats://127.0.0.1:${port}`, port, pid, version, isShared };
}

/** A name that no other start has, so that who answers with it is that very server. */
function newName(): string {
  return `nats-kv-local-${randomUUID()}`;
}
