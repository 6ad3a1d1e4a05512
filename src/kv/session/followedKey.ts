import type { WatchHold } from './bucketWatch';
import type { ConnectionSession } from './connectionSession';
import type { Entry } from '../model/entry';
import { isKvError } from '../model/errors';
import { DisposableStore, Emitter, type Disposable, type Event } from '../base/event';
import type { KvConnection } from '../model/kvConnection';
import type { KeyChange } from '../model/watch';
import { ExpiryTimer } from './expiryTimer';
import type { KeyAddress } from '../model/keyAddress';

/** An editor follows at most this often, so that a key written in a burst does not flood it. */
const followInterval = 100;

/**
 * Owns what the server has of one key, kept up to date by the bucket's watch once it was read.
 * Changes only through `load`, `refreshNow`, `know` and what the watch tells.
 */
export class FollowedKey implements Disposable {
  private readonly changed = new Emitter<void>();
  private readonly dated = new Emitter<Entry>();
  private readonly link = new DisposableStore();
  private readonly expiry: ExpiryTimer;
  private following: { hold: WatchHold; subscription: Disposable } | undefined;
  private loading: Promise<void> | undefined;
  /** Undefined before the key was read. */
  private known: { readonly entry: Entry | undefined } | undefined;
  private writing = 0;
  /** The latest revision that the watch told while a write of ours was on its way. */
  private heard = 0;
  private refreshing: 'no' | 'yes' | 'again' = 'no';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private disposed = false;

  /** The server has something newer than what was known. */
  readonly onDidChange: Event<void> = this.changed.event;
  /** The server told when what is known was stored. */
  readonly onDidDate: Event<Entry> = this.dated.event;

  constructor(
    readonly address: KeyAddress,
    private readonly session: ConnectionSession,
    bucketTtl: () => number,
  ) {
    this.expiry = this.link.add(new ExpiryTimer(bucketTtl, () => this.refreshSoon()));
    this.link.add(session.onDidReplaceLink(() => this.linkReplaced()));
  }

  /** The last message of the key as far as it is known. */
  get entry(): Entry | undefined {
    return this.known?.entry;
  }

  /** When its value goes, in milliseconds since the epoch; undefined when never, as far as is known. */
  get expiresAt(): number | undefined {
    return this.expiry.at;
  }

  /** Reads the key the first time; later it is known without a request. */
  async load(): Promise<Entry | undefined> {
    this.loading ??= this.firstLoad().catch((error: unknown) => {
      this.loading = undefined;
      throw error;
    });
    await this.loading;
    return this.entry;
  }

  connect(): Promise<KvConnection> {
    return this.session.connect();
  }

  /** Takes in what a write of ours has left on the server. */
  know(entry: Entry): void {
    if (entry.revision > (this.entry?.revision ?? 0)) {
      this.known = { entry };
      this.expiry.follow(entry);
    }
  }

  async refreshNow(): Promise<void> {
    const connection = await this.session.connect();
    this.learn(await connection.get(this.address.bucket, this.address.key));
  }

  /** Runs a write: what the watch tells meanwhile is mostly that write. */
  async whileWriting<T>(write: (connection: KvConnection) => Promise<T>): Promise<T> {
    this.writing++;
    this.heard = 0;
    try {
      return await write(await this.session.connect());
    } finally {
      this.writing--;
      if (this.writing === 0 && this.heard > (this.entry?.revision ?? Infinity)) {
        this.refreshSoon();
      }
    }
  }

  /** Reads the key again after the write that runs, which nobody knows the outcome of. */
  doubtWrite(): void {
    this.heard = Infinity;
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.unfollow();
    this.link.dispose();
    this.changed.dispose();
    this.dated.dispose();
  }

  private async firstLoad(): Promise<void> {
    const connection = await this.session.connect();
    this.follow();
    const entry = await connection.get(this.address.bucket, this.address.key);
    this.known = { entry };
    this.expiry.follow(entry);
  }

  private follow(): void {
    const watch = this.session.watch(this.address.bucket);
    if (!watch || this.following || this.disposed) {
      return;
    }
    const wasRunning = watch.isHeld;
    const hold = watch.hold();
    const subscription = watch.onDidChange((changes) => this.take(changes));
    this.following = { hold, subscription };
    hold.from.then(
      (from) => {
        // What happened between the first read and the watch's start is read once more.
        if (!wasRunning && this.entry?.revision !== from - 1) {
          this.refreshSoon();
        }
      },
      () => {
        // The bucket cannot be watched: the watch's state says so, and the editor stays as read.
        this.unfollow();
      },
    );
  }

  private unfollow(): void {
    this.following?.subscription.dispose();
    this.following?.hold.dispose();
    this.following = undefined;
  }

  private linkReplaced(): void {
    this.unfollow();
    if (this.known) {
      this.follow();
      this.refreshSoon();
    }
  }

  private take(changes: readonly KeyChange[]): void {
    const change = changes.findLast((each) => each.key === this.address.key);
    if (!change || !this.known) {
      return;
    }
    const { entry } = this;
    const known = entry?.revision ?? 0;
    if (change.revision === known && entry) {
      this.date(entry, change.created);
    }
    if (change.revision <= known) {
      return;
    }
    if (this.writing > 0) {
      this.heard = change.revision;
    } else if (change.operation === 'PUT') {
      this.refreshSoon();
    } else {
      this.learn({ ...change, value: new Uint8Array(), headers: [] });
    }
  }

  /** An own write was dated by this computer's clock until the watch tells it. */
  private date(entry: Entry, created: number): void {
    if (entry.created !== created) {
      const dated = { ...entry, created };
      this.known = { entry: dated };
      this.expiry.follow(dated);
      this.dated.fire(dated);
    }
  }

  /** Reads the key again, soon and not too often. */
  private refreshSoon(): void {
    if (this.refreshing !== 'no') {
      this.refreshing = 'again';
      return;
    }
    this.refreshing = 'yes';
    void this.refreshLoop();
  }

  private async refreshLoop(): Promise<void> {
    try {
      await this.refreshNow();
    } catch (error) {
      // Offline or denied: the connection's state says so; the watch tells again after a resume.
      if (isKvError(error, 'notFound')) {
        this.learn(undefined);
      }
    }
    if (!this.disposed) {
      this.timer = setTimeout(() => {
        const again = this.refreshing === 'again';
        this.refreshing = 'no';
        if (again) {
          this.refreshSoon();
        }
      }, followInterval);
    }
  }

  private learn(entry: Entry | undefined): void {
    const known = this.entry?.revision ?? 0;
    const isNews = entry ? entry.revision > known : known !== 0;
    if (this.disposed || !this.known) {
      return;
    }
    if (isNews) {
      this.known = { entry };
      this.changed.fire();
    }
    this.expiry.follow(entry);
  }
}
