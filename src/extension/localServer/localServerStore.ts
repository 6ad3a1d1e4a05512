import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionConfig } from '../../kv/model/connectionConfig';
import { messageOf } from '../../kv/model/errors';
import { Emitter, type Disposable, type Event } from '../../kv/base/event';
import { contextKeys, viewIds } from '../contributions';
import { LocalServer, type LocalServerOptions, type LocalServerState } from './localServer';
import { readLocalServerSettings } from './localServerSettings';
import { provideServer, type ProvideOptions } from './provideServer';
import { plainWindow } from '../../views/shown/plainWindow';
import { inform, setContext } from '../report';

/** Id of the local server's connection; no connection of the settings can have it. */
const connectionId = 'local--server';
const channelName = 'NATS KV Local Server';

/** Doubles for tests. */
export interface LocalServerStoreOptions
  extends ProvideOptions, Pick<LocalServerOptions, 'launch' | 'system' | 'stopTimeoutMs'> {}

/**
 * Owns the local server of this window, its log and its place among the connections; changes only
 * through `start`, `stop` and the server's own end. The server ends with the window.
 */
export class LocalServerStore implements Disposable {
  private readonly changed = new Emitter<void>();
  /** The connection has come, gone or moved. */
  readonly onDidChange: Event<void> = this.changed.event;
  private readonly server: LocalServer;
  /** Made when there is something to say, so that who never starts a server sees no channel. */
  private channel: vscode.OutputChannel | undefined;
  private lastUrl: string | undefined;

  constructor(
    private readonly storage: vscode.Uri,
    private readonly options: LocalServerStoreOptions = {},
  ) {
    const folder = join(storage.fsPath, 'localServer');
    const onLine = (line: string): void => this.log.appendLine(line);
    this.server = new LocalServer({ ...options, folder, onLine });
    this.server.state.onDidChange((state) => this.tell(state));
  }

  get state(): LocalServerState {
    return this.server.state.current;
  }

  /** The connection to the server, while it runs and after a crash, but not before and after it. */
  get config(): ConnectionConfig | undefined {
    const url = urlOf(this.state);
    const name = vscode.l10n.t('Local Server');
    return url === undefined ? undefined : { id: connectionId, name, url, source: 'localServer' };
  }

  /** Starts the server, with a download if the user agrees to one. Resolves with whether it runs. */
  async start(): Promise<boolean> {
    const { path, port } = readLocalServerSettings();
    const server = await provideServer(
      path,
      join(this.storage.fsPath, 'nats-server'),
      this.options,
    );
    if (!server) {
      return false;
    }
    this.log.appendLine(`${server.path} (${server.version})`);
    const location = { viewId: viewIds.buckets };
    const start = (): Promise<LocalServerState> => this.server.start(server, port);
    const state = await plainWindow.withProgress({ location }, start);
    if (state.kind === 'failed') {
      await this.tellFailure(vscode.l10n.t('Failed to start the local NATS server'), state.reason);
    }
    if (state.kind === 'running' && !state.isShared && port > 0 && state.port !== port) {
      inform(
        vscode.l10n.t(
          'Port {0} is taken by another program. The local NATS server listens on {1}.',
          String(port),
          state.url,
        ),
      );
    }
    return state.kind === 'running';
  }

  /** Stops the server; asks first when another window started it. */
  async stop(): Promise<void> {
    if (await this.mayStop()) {
      await this.server.stop();
    }
  }

  showLog(): void {
    this.log.show(true);
  }

  /** Deletes all buckets of the local server after a confirmation; stops it for that. */
  async deleteData(): Promise<void> {
    const confirm = vscode.l10n.t('Delete');
    const choice = await plainWindow.showWarningMessage(
      vscode.l10n.t('Delete all data of the local NATS server?'),
      {
        modal: true,
        detail: vscode.l10n.t(
          'All its buckets and streams are deleted, for every window. The server is stopped first. This cannot be undone.',
        ),
      },
      confirm,
    );
    if (choice !== confirm) {
      return;
    }
    try {
      await this.server.stop();
      await this.server.deleteData();
    } catch (error) {
      const failed = vscode.l10n.t('Failed to delete the data of the local NATS server');
      await this.tellFailure(failed, messageOf(error));
    }
  }

  dispose(): void {
    this.server.dispose();
    this.channel?.dispose();
    this.changed.dispose();
  }

  private get log(): vscode.OutputChannel {
    this.channel ??= vscode.window.createOutputChannel(channelName);
    return this.channel;
  }

  private async mayStop(): Promise<boolean> {
    if (this.state.kind !== 'running' || !this.state.isShared) {
      return true;
    }
    const confirm = vscode.l10n.t('Stop');
    const choice = await plainWindow.showWarningMessage(
      vscode.l10n.t('Stop the local NATS server for all windows?'),
      { modal: true, detail: vscode.l10n.t('Another window started it and may be using it.') },
      confirm,
    );
    return choice === confirm;
  }

  private tell(state: LocalServerState): void {
    if (state.kind === 'failed') {
      this.log.appendLine(state.reason);
    }
    const isRunning = state.kind === 'running';
    setContext(contextKeys.localServerRunning, isRunning);
    const url = urlOf(state);
    if (url !== this.lastUrl) {
      this.lastUrl = url;
      this.changed.fire();
    }
  }

  private async tellFailure(failed: string, reason: string): Promise<void> {
    const show = vscode.l10n.t('Show Log');
    if ((await plainWindow.showErrorMessage(`${failed}: ${reason}.`, show)) === show) {
      this.showLog();
    }
  }
}

function urlOf(state: LocalServerState): string | undefined {
  return state.kind === 'running' || state.kind === 'failed' ? state.url : undefined;
}
