import type { Disposable } from '../base/event';
import type { KeyTrees } from '../keys/tree/keyTrees';
import type { Expiring } from '../keys/tree/ownTtls';
import type { BucketStatus } from '../model/bucket';
import type { KvConnection } from '../model/kvConnection';
import type { BucketLook } from './bucketLooks';
import type { BucketWatch } from './bucketWatch';
import { KeyAudit } from './keyAudit';

/** The index that is looked after. */
export interface WatchedIndex {
  /** The keys in view; undefined while they are being listed, or are not all there. */
  readonly trees: () => KeyTrees | undefined;
  /** Whether it holds the whole bucket. */
  readonly isWhole: boolean;
  /** Keys were taken out. */
  readonly onDidDrop: () => void;
  /** Has the bucket listed in the background. */
  readonly list: () => void;
}

/** Values come with what is asked. */
const keysAtOnce = 100;
/** The server removes what has expired a moment later. */
const lateMs = 1_000;

/**
 * Takes out of an index what goes without a marker: messages before the first revision, keys with a
 * time to live of their own, and, by listing again, what the counts of the bucket speak for.
 */
export class SilentLosses implements Disposable {
  private readonly audit = new KeyAudit();
  private readonly subscription: Disposable;
  private first = 0;
  private examined: Promise<void> = Promise.resolve();

  constructor(
    private readonly connection: KvConnection,
    private readonly watch: BucketWatch,
    private readonly index: WatchedIndex,
  ) {
    this.subscription = watch.looks.onDidLook((look) => {
      // What could not be read is due again at the next look.
      this.examined = this.examine(look).catch(() => undefined);
    });
  }

  /**
   * Looks now. Gives the time (since the epoch) when more will have gone; undefined when that is not
   * known. No clock but the server's matters, where it tells what it shows.
   */
  async dropExpired(): Promise<number | undefined> {
    const status = await this.watch.looks.look();
    await this.examined;
    const { asOf = Date.now(), ttl, markerTtl, firstTime = asOf } = status;
    const next = Math.min(
      ttl > 0 && markerTtl === 0 ? firstTime + ttl : Infinity,
      this.ownTtlsOf(status)?.next ?? Infinity,
    );
    return next === Infinity ? undefined : next;
  }

  /** The bucket has been listed; `found` says whether the index had other keys. */
  listed(found: boolean, tookMs: number): void {
    this.first = 0;
    this.audit.listed(found, tookMs);
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async examine(look: BucketLook): Promise<void> {
    const trees = this.index.trees();
    if (!trees) {
      return;
    }
    const { status } = look;
    let hasDropped = false;
    if (status.firstRevision > this.first) {
      hasDropped = await trees.dropBefore(status.firstRevision);
      this.first = status.firstRevision;
    }
    const due = this.ownTtlsOf(status)?.take(status.asOf ?? Date.now()) ?? [];
    for (let from = 0; from < due.length; from += keysAtOnce) {
      const some = due.slice(from, from + keysAtOnce);
      hasDropped = (await this.dropGone(trees, some)) || hasDropped;
    }
    if (this.index.trees() !== trees) {
      return;
    }
    if (hasDropped) {
      this.index.onDidDrop();
    }
    const count = this.index.isWhole ? trees.present.count('') : undefined;
    if (this.audit.look(look, { count, told: this.watch.lastRevision })) {
      this.index.list();
    }
  }

  /** Undefined where the server leaves markers, of which the watch tells. */
  private ownTtlsOf({ markerTtl }: BucketStatus) {
    return markerTtl === 0 ? this.index.trees()?.ttls : undefined;
  }

  /** Asks what became of keys that are due: what is there instead may be an older value. */
  private async dropGone(trees: KeyTrees, due: readonly Expiring[]): Promise<boolean> {
    const isLast = ({ key, revision }: Expiring) => trees.present.get(key)?.revision === revision;
    const last = due.filter(isLast);
    if (last.length === 0) {
      return false;
    }
    let hasDropped = false;
    const keys = last.map(({ key }) => key);
    const entries = await this.connection.getMany(this.watch.bucket, keys).catch((error) => {
      last.forEach((each) => trees.ttls.note(each));
      throw error;
    });
    last.forEach((each, at) => {
      const entry = entries[at];
      if (entry?.revision === each.revision) {
        trees.ttls.note({ ...each, at: each.at + lateMs });
      } else if (isLast(each) && (entry?.revision ?? 0) < each.revision) {
        trees.replace(each, entry);
        hasDropped = true;
      }
    });
    return hasDropped;
  }
}
