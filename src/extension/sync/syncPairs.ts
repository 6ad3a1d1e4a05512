import * as vscode from 'vscode';
import { DisposableStore, Emitter, type Disposable } from '../../kv/base/event';
import type { Background } from '../../kv/base/background';
import type { Connections } from '../../kv/session/connections';
import { contextKeys, settingIds } from '../contributions';
import { setContext } from '../report';
import { SyncDiagnostics } from './syncDiagnostics';
import { readSyncSettings, type PlacedPair, type SyncSettings } from './syncSettings';

/** A file or folder in the folder of a pair. */
export interface PlaceInPair {
  readonly placed: PlacedPair;
  /** Relative to the pair's folder, with `/`; `''` for the folder itself. */
  readonly path: string;
}

/**
 * Owns what is set to be synchronised in this window; changes with the settings, the connections and the
 * trust in the workspace. What is wrong is marked in the settings.
 */
export class SyncPairs implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<void>());
  private readonly diagnostics = this.store.add(new SyncDiagnostics());
  readonly onDidChange = this.changed.event;
  private settings: SyncSettings = { pairs: [], problems: [] };

  constructor(
    private readonly connections: Connections,
    private readonly inBackground: Background,
  ) {
    const { workspace } = vscode;
    this.store.add(
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingIds.sync)) {
          this.read();
        }
      }),
    );
    this.store.add(workspace.onDidGrantWorkspaceTrust(() => this.read()));
    this.store.add(workspace.onDidChangeWorkspaceFolders(() => this.read()));
    this.store.add(connections.onDidChange(() => this.read()));
    this.read();
  }

  get current(): SyncSettings {
    return this.settings;
  }

  /** The pair whose folder a file or folder is in. */
  find(uri: vscode.Uri): PlaceInPair | undefined {
    for (const placed of this.settings.pairs) {
      const { folder } = placed;
      const isOne = folder.scheme === uri.scheme && folder.authority === uri.authority;
      if (isOne && (uri.path === folder.path || uri.path.startsWith(`${folder.path}/`))) {
        return { placed, path: uri.path.slice(folder.path.length + 1) };
      }
    }
    return undefined;
  }

  dispose(): void {
    this.store.dispose();
  }

  private read(): void {
    const before = this.settings.pairs;
    const { pairs, problems } = readSyncSettings(this.connections);
    const isSame = (placed: PlacedPair, at: number): boolean =>
      placed.session === before[at]?.session && shown(placed) === shown(before[at]);
    const areSame = pairs.length === before.length && pairs.every(isSame);
    this.settings = { pairs: areSame ? before : pairs, problems };
    setContext(contextKeys.syncIsSet, pairs.length + problems.length > 0);
    this.inBackground('mark what is wrong with natsKv.sync', this.diagnostics.show(problems));
    if (!areSame) {
      this.changed.fire();
    }
  }
}

function shown({ pair, root }: PlacedPair): string {
  return JSON.stringify([pair, root.uri.toString()]);
}
