import * as vscode from 'vscode';
import type { CliContext } from '../../kv/cliContexts/parseContext';
import type { ConnectionConfig } from '../../kv/model/connectionConfig';
import { DisposableStore, ObservableValue, type Disposable, type Event } from '../../kv/base/event';
import type { Notice } from '../../views/buckets/rows/notices';
import { settingIds } from '../contributions';
import { connectionNotices } from './connectionNotices';
import type { LazyContexts } from './lazyContexts';
import type { Connections } from '../../kv/session/connections';
import { readConnections, untrustedConnections } from './connectionSettings';

/** A connection that comes and goes by itself, such as that of the local server. */
export interface SingleSource {
  readonly config: ConnectionConfig | undefined;
  readonly onDidChange: Event<unknown>;
}

export interface ConnectionSourceParts {
  readonly connections: Connections;
  readonly contexts: LazyContexts;
  readonly localServer?: SingleSource;
  readonly log: Pick<vscode.LogOutputChannel, 'warn'>;
}

/**
 * Keeps the connections equal to their sources: the settings, the local server, the environment and
 * the contexts of the `nats` CLI, in this order. What cannot be used is told in `notices`, and once
 * in the log.
 */
export class ConnectionSources implements Disposable {
  private readonly store = new DisposableStore();
  private readonly told = new Set<string>();
  private shownContexts: readonly CliContext[] = [];

  /** What gives no connection, though it is meant to. */
  readonly notices = this.store.add(new ObservableValue<readonly Notice[]>([]));

  constructor(private readonly parts: ConnectionSourceParts) {
    const { contexts, localServer } = parts;
    const configure = (): void => this.configure();
    this.store.add(vscode.workspace.onDidGrantWorkspaceTrust(configure));
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        const { connections, cliContexts, environmentVariables } = settingIds;
        const ids = [connections, cliContexts, environmentVariables];
        if (ids.some((id) => event.affectsConfiguration(id))) {
          configure();
        }
      }),
    );
    this.store.add(contexts.onDidChange(() => this.contextsChanged()));
    if (localServer) {
      this.store.add(localServer.onDidChange(configure));
    }
    configure();
  }

  /** The context that a connection was made of. */
  context(id: string): CliContext | undefined {
    return this.shownContexts.find(({ config }) => config.id === id);
  }

  dispose(): void {
    this.store.dispose();
  }

  /** A context that was corrected is tried again; of its secrets nothing is seen in its session. */
  private contextsChanged(): void {
    const before = this.shownContexts;
    this.configure();
    const changed = this.shownContexts.filter((context) => !before.includes(context));
    for (const { config } of changed) {
      const session = this.parts.connections.get(config.id);
      if (session?.state.current.kind === 'failed') {
        session.reconnectNow();
      }
    }
  }

  private configure(): void {
    const { connections, localServer } = this.parts;
    const settings = readConnections();
    this.shownContexts = this.readContexts();
    this.setNotices(
      connectionNotices(settings.problems, this.contextProblems(), untrustedConnections()),
    );
    connections.configure([
      ...settings.connections,
      ...(localServer?.config ? [localServer.config] : []),
      ...this.shownContexts.map(({ config }) => config),
    ]);
  }

  private readContexts(): CliContext[] {
    const { contexts } = this.parts;
    const configuration = vscode.workspace.getConfiguration();
    const shows = (id: string): boolean => configuration.get<boolean>(id, true);
    const all = contexts.current.contexts;
    const selected = all.find(({ config }) => config.selected);
    const environment = shows(settingIds.environmentVariables)
      ? contexts.environment(selected)
      : undefined;
    if (!shows(settingIds.cliContexts)) {
      return environment ? [environment] : [];
    }
    return [...(environment ? [environment] : []), ...all];
  }

  private contextProblems(): readonly string[] {
    const isShown = vscode.workspace.getConfiguration().get<boolean>(settingIds.cliContexts, true);
    return isShown ? this.parts.contexts.current.problems : [];
  }

  private setNotices(notices: readonly Notice[]): void {
    if (JSON.stringify(notices) === JSON.stringify(this.notices.current)) {
      return;
    }
    this.notices.set(notices);
    for (const { label, reason } of notices) {
      const text = `${label}: ${reason}`;
      if (!this.told.has(text)) {
        this.told.add(text);
        this.parts.log.warn(text);
      }
    }
  }
}
