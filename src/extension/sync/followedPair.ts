import * as vscode from 'vscode';
import { DisposableStore, Emitter, type Disposable } from '../../kv/base/event';
import { Gathered } from './gathered';
import type { Background } from '../../kv/base/background';
import type { KeyInfo } from '../../kv/model/entry';
import { extrasName } from '../../kv/sync/extras';
import type { SyncComparison } from '../../kv/sync/syncComparison';
import type { PairWork } from './pairWork';
import type { PlacedPair } from './syncSettings';

/** More changes at once are a comparison anew. */
const mostChanges = 2_000;

/**
 * Follows a pair while its connection is up, which it never makes: compares it once, then judges again what
 * is changed in the folder and in the bucket. What is known stays while the connection is lost.
 */
export class FollowedPair implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<void>());
  private readonly abort = new AbortController();
  private watches = new DisposableStore();
  private isLooking = false;
  private isWanted = false;
  private readonly later: (() => void)[] = [];
  private readonly paths: Gathered<string>;
  private readonly infos: Gathered<KeyInfo>;
  comparison: SyncComparison | undefined;

  readonly onDidChange = this.changed.event;

  constructor(
    readonly placed: PlacedPair,
    private readonly work: PairWork,
    private readonly inBackground: Background,
  ) {
    const { session, folder } = placed;
    this.paths = this.store.add(new Gathered((paths) => this.judge(paths, [])));
    this.infos = this.store.add(new Gathered((infos) => this.judge([], infos)));
    this.store.add(session.state.onDidChange(() => this.begin()));
    this.store.add(session.buckets.onDidChange(() => this.begin()));
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(folder, '**'),
    );
    this.store.add(watcher);
    this.store.add(watcher.onDidChange((uri) => this.told(uri)));
    this.store.add(watcher.onDidCreate((uri) => this.told(uri)));
    this.store.add(watcher.onDidDelete((uri) => this.told(uri)));
    this.begin();
  }

  /** Whether what is known is followed, or as it was when the connection was lost. */
  get isLive(): boolean {
    return this.placed.session.state.current.kind === 'connected';
  }

  /** Judges these files again, though nothing tells that they were changed. */
  look(paths: readonly string[]): void {
    this.paths.add(paths);
  }

  /** Compares all of it again, where it is followed. */
  compareAgain(): void {
    if (this.comparison) {
      this.compare();
    }
  }

  dispose(): void {
    this.abort.abort();
    this.watches.dispose();
    this.store.dispose();
  }

  private begin(): void {
    if (this.isLive && !this.comparison) {
      this.compare();
    }
  }

  private compare(): void {
    this.isWanted = true;
    if (!this.isLooking) {
      this.isLooking = true;
      this.inBackground(
        `compare ${this.placed.pair.folder} with ${this.placed.pair.bucket}`,
        this.compareAll().finally(() => {
          this.isLooking = false;
          // Was told while it was looked at, and may have come after its file or key was read.
          this.later.splice(0).forEach((judge) => judge());
        }),
      );
    }
  }

  private async compareAll(): Promise<void> {
    const { placed, abort } = this;
    while (this.isWanted && !abort.signal.aborted) {
      this.isWanted = false;
      this.watches.dispose();
      this.watches = new DisposableStore();
      const made = await this.work.compare(placed, { signal: abort.signal });
      if (!abort.signal.aborted) {
        this.comparison = made;
        this.watch(made);
        this.changed.fire();
      }
    }
  }

  private watch({ parts }: SyncComparison): void {
    const { side } = parts.source;
    const watch = side.watch?.();
    if (watch) {
      this.watches.add(watch);
      this.watches.add(
        watch.onDidChange((infos) => this.infos.add(infos.filter(({ key }) => side.has(key)))),
      );
      this.watches.add(
        watch.state.onDidChange(({ kind }) => {
          if (kind === 'gone' || kind === 'failed') {
            this.forget();
          }
        }),
      );
    }
  }

  /** Nothing is known of a bucket that is gone; it may come again. */
  private forget(): void {
    this.comparison = undefined;
    this.changed.fire();
  }

  private told({ path }: vscode.Uri): void {
    const { comparison, isLooking, placed } = this;
    const own = path.slice(placed.folder.path.length + 1);
    const isInside = path === placed.folder.path || path.startsWith(`${placed.folder.path}/`);
    if (!isInside || !(comparison || isLooking)) {
      return;
    }
    if (own === '' || own === extrasName) {
      this.compare();
      return;
    }
    this.paths.add([own]);
  }

  private judge(paths: readonly string[], infos: readonly KeyInfo[]): void {
    const { comparison, work, placed, abort } = this;
    if (this.isLooking) {
      this.later.push(() => this.judge(paths, infos));
      return;
    }
    if (!comparison) {
      return;
    }
    if (paths.length + infos.length > mostChanges) {
      this.compare();
      return;
    }
    const judging = work.inTurn(placed, async () => {
      if (comparison !== this.comparison || abort.signal.aborted) {
        return;
      }
      // What is in a folder that came is told in part, or not at all.
      if (await comparison.parts.folder.hasFolder(paths)) {
        this.compare();
      } else {
        await comparison.update(withFilesBelow(comparison, paths), infos, abort.signal);
        this.changed.fire();
      }
    });
    this.inBackground(
      `judge what was changed in ${placed.pair.folder}`,
      // What was missed is found by a comparison anew.
      judging.catch((error: unknown) => {
        this.forget();
        throw error;
      }),
    );
  }
}

/** Of a folder that went or came nothing else may be told. */
function withFilesBelow({ parts }: SyncComparison, paths: readonly string[]): readonly string[] {
  const told = new Set(paths);
  const below = new Set(paths);
  for (const { path } of told.size === 0 ? [] : parts.folder.byKey.values()) {
    for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
      if (told.has(path.slice(0, at))) {
        below.add(path);
      }
    }
  }
  return [...below];
}
