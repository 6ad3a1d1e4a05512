import { BucketWatch } from './bucketWatch';
import { DisposableStore, type Disposable } from '../base/event';
import { KeyShelf } from '../keys/keptKeys';
import type { KeyScope } from '../keys/indexState';
import { KeyIndex } from './keyIndex';
import type { BucketStatus } from '../model/bucket';
import type { KvConnection } from '../model/kvConnection';

/** Who is told what becomes of the buckets that are followed. */
interface Listener {
  readonly gone: (bucket: string) => void;
  /** What a look at a bucket that is followed anyway has told. */
  readonly looked: (status: BucketStatus) => void;
}

/**
 * Owns what a session made on one link: a watch and a key index for each bucket in use; changes only
 * through `watch`, `index` and `dropBucket`. Disposing it leaves the link itself open.
 */
export class LinkResources implements Disposable {
  readonly subscriptions = new DisposableStore();
  private readonly watches = new Map<string, BucketWatch>();
  private readonly indexes = new Map<string, KeyIndex>();

  constructor(
    readonly connection: KvConnection,
    private readonly listener: Listener,
    private readonly shelf = new KeyShelf(),
  ) {
    this.subscriptions.add(
      connection.onDidChangeBuckets(({ kind, bucket }) => {
        if (kind === 'created') {
          this.watchesOf(bucket).forEach(([, watch]) => watch.lookAgain());
        }
      }),
    );
  }

  /** Whether somebody follows a bucket. */
  get isWatched(): boolean {
    return [...this.watches.values()].some(({ isHeld }) => isHeld);
  }

  /** The shared watch of a bucket, or of what a subject filter lets through. */
  watch(bucket: string, filter?: string): BucketWatch {
    const name = nameOf(bucket, filter);
    const known = this.watches.get(name);
    if (known) {
      return known;
    }
    const watch = new BucketWatch(this.connection, bucket, filter);
    this.watches.set(name, watch);
    watch.state.onDidChange(({ kind }) => kind === 'gone' && this.listener.gone(bucket));
    watch.looks.onDidLook(({ status }) => this.listener.looked(status));
    return watch;
  }

  /** The key index that somebody uses already: looking makes none. */
  knownIndex(bucket: string, scope?: KeyScope): KeyIndex | undefined {
    return this.indexes.get(nameOf(bucket, scope?.id));
  }

  /** The key index of a bucket or of a part of it, on the shared watch. */
  index(bucket: string, scope?: KeyScope): KeyIndex {
    const name = nameOf(bucket, scope?.id);
    const known = this.indexes.get(name);
    if (known) {
      return known;
    }
    const sources = scope ? { whole: this.indexes.get(bucket) } : { kept: this.shelf.take(bucket) };
    const watch = this.watch(bucket, scope?.filter);
    const index = new KeyIndex(this.connection, watch, scope, sources);
    this.indexes.set(name, index);
    return index;
  }

  /** Ends the index of a part of a bucket that is no longer shown. */
  dropScope(bucket: string, scope: KeyScope): void {
    const name = nameOf(bucket, scope.id);
    this.indexes.get(name)?.dispose();
    this.indexes.delete(name);
  }

  /** Ends the watches and the indexes of a bucket; false when there were none. */
  dropBucket(bucket: string): boolean {
    const indexes = [...this.indexes].filter(([name]) => isOf(bucket, name));
    const watches = this.watchesOf(bucket);
    indexes.forEach(([name, index]) => {
      index.dispose();
      this.indexes.delete(name);
    });
    watches.forEach(([name, watch]) => {
      watch.dispose();
      this.watches.delete(name);
    });
    return watches.length > 0;
  }

  private watchesOf(bucket: string): [name: string, watch: BucketWatch][] {
    return [...this.watches].filter(([name]) => isOf(bucket, name));
  }

  dispose(): void {
    this.subscriptions.dispose();
    for (const index of this.indexes.values()) {
      const kept = index.keep();
      if (kept) {
        this.shelf.put(index.bucket, kept);
      }
      index.dispose();
    }
    this.watches.forEach((each) => each.dispose());
  }
}

/** Whether it is the name of what follows a bucket or a part of it. */
function isOf(bucket: string, name: string): boolean {
  return name === bucket || name.startsWith(nameOf(bucket, ''));
}

/** No bucket's name has a space in it. */
function nameOf(bucket: string, part: string | undefined): string {
  return part === undefined ? bucket : `${bucket} ${part}`;
}
