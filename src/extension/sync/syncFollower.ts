import * as vscode from 'vscode';
import { DisposableStore, Emitter, type Disposable } from '../../kv/base/event';
import type { Background } from '../../kv/base/background';
import { SyncFolder } from '../../kv/sync/syncFolder';
import type { SyncRow, SyncState } from '../../kv/sync/syncRows';
import { contextKeys } from '../contributions';
import { setContext } from '../report';
import { placedFile } from '../transfer/workspaceFiles';
import { FollowedPair } from './followedPair';
import type { PairWork } from './pairWork';
import type { SyncPairs } from './syncPairs';
import type { PlacedPair } from './syncSettings';

/** What is known of a file of a pair. */
export interface FileState {
  readonly placed: PlacedPair;
  readonly state: SyncState;
  /** Where it is not the same. */
  readonly row: SyncRow | undefined;
  readonly isLive: boolean;
}

/** How many keys of a pair are in which state. */
export interface PairCounts {
  readonly placed: PlacedPair;
  readonly counts: Readonly<Record<SyncState, number>>;
  readonly isLive: boolean;
}

/** Folders that menus know of: more would make a clause of theirs slow. */
const mostFolders = 5_000;

/**
 * Owns what is known of the files that are synchronised, pair by pair; changes with the pairs. Nothing is
 * watched where none is set.
 */
export class SyncFollower implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<void>());
  private followed: FollowedPair[] = [];
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly pairs: SyncPairs,
    private readonly work: PairWork,
    private readonly inBackground: Background,
  ) {
    this.store.add(pairs.onDidChange(() => this.follow()));
    this.follow();
  }

  /** Whether anything is synchronised in this window. */
  get isNeeded(): boolean {
    return this.followed.length > 0;
  }

  /** Undefined for a file that is no key's, or of which nothing is known yet. */
  stateOf(uri: vscode.Uri): FileState | undefined {
    const place = this.pairs.find(uri);
    const followed = place && this.of(place.placed);
    const comparison = followed?.comparison;
    const key = comparison?.parts.folder.keyAt(place?.path ?? '');
    if (!followed || !comparison || key === undefined) {
      return undefined;
    }
    const file = comparison.parts.folder.byKey.get(key);
    const state = file?.path === place.path ? comparison.stateOf(key) : undefined;
    const { placed, isLive } = followed;
    return state && { placed, state, row: comparison.rows.get(key), isLive };
  }

  /** Of the pair whose own folder this is. */
  countsOf(uri: vscode.Uri): PairCounts | undefined {
    const place = this.pairs.find(uri);
    const followed = place?.path === '' ? this.of(place.placed) : undefined;
    const { comparison } = followed ?? {};
    if (!followed || !comparison) {
      return undefined;
    }
    const { placed, isLive } = followed;
    const states = ['same', 'here', 'there', 'both'] as const;
    const counts = Object.fromEntries(states.map((state) => [state, comparison.count(state)]));
    return { placed, counts: counts as PairCounts['counts'], isLive };
  }

  /** The key of a file, without the prefix; undefined where its name stands for none. */
  async keyOf(placed: PlacedPair, path: string): Promise<string | undefined> {
    const { files, path: base } = placedFile(placed.root.uri);
    const folder = new SyncFolder({ files, base, path: `${base}/${placed.pair.folder}` });
    await folder.readNames();
    return folder.keyAt(path);
  }

  /** Judges a file again, though nothing tells that it was changed. */
  look(placed: PlacedPair, path: string): void {
    this.of(placed)?.look([path]);
  }

  /** Compares a pair again after much of it was changed: who watches files may be told in part. */
  compareAgain(placed: PlacedPair): void {
    this.of(placed)?.compareAgain();
  }

  dispose(): void {
    this.followed.forEach((each) => each.dispose());
    this.store.dispose();
  }

  private of(placed: PlacedPair): FollowedPair | undefined {
    return this.followed.find((each) => each.placed === placed);
  }

  private follow(): void {
    this.followed.forEach((each) => each.dispose());
    const { work, pairs } = this;
    this.followed = pairs.current.pairs.map((placed) => {
      const followed = new FollowedPair(placed, work, this.inBackground);
      followed.onDidChange(() => this.tell());
      return followed;
    });
    this.tell();
  }

  private tell(): void {
    const folders = new Set<string>();
    for (const { placed, comparison } of this.followed) {
      const own = new Set<string>();
      for (const { path } of comparison?.parts.folder.byKey.values() ?? []) {
        own.add(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
      }
      folders.add(placed.folder.fsPath);
      [...own]
        .slice(0, mostFolders)
        .forEach((path) => folders.add(vscode.Uri.joinPath(placed.folder, path).fsPath));
    }
    setContext(contextKeys.syncFolders, [...folders]);
    this.changed.fire();
  }
}
