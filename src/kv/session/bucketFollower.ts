import { t } from '../base/l10n';
import {
  DisposableStore,
  Emitter,
  ObservableValue,
  type Disposable,
  type Event,
  type Observable,
} from '../base/event';
import { KvError, messageOf } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';
import type { KeyChange, WatchState } from '../model/watch';
import type { BucketLook } from './bucketLooks';
import type { BucketWatch, WatchHold } from './bucketWatch';
import type { SessionState } from './sessionState';

/**
 * Whether what is shown of a bucket is what the server has. `starting`: nothing has been told yet.
 * `stale`: it may have changed since that time (milliseconds since the epoch), and nothing would tell;
 * `reason` is a clause.
 */
export type Freshness =
  | { readonly kind: 'starting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'stale'; readonly since: number; readonly reason: string };

/** What a follower needs of a session. */
export interface FollowedSession {
  readonly name: string;
  readonly state: Observable<SessionState>;
  readonly onDidReplaceLink: Event<void>;
  /** The link where it is up; it is never made for this. */
  readonly linkIfUp: KvConnection | undefined;
  /** The shared watch of a bucket; undefined while there is no link. */
  watch(bucket: string): BucketWatch | undefined;
}

/**
 * Owns one follower's place at the shared watch of a bucket, over outages, new links and buckets that
 * are made again; changes only through what session and watch tell. It never makes a connection.
 */
export class BucketFollower implements Disposable {
  private readonly store = new DisposableStore();
  private readonly freshnessValue = this.store.add(
    new ObservableValue<Freshness>({ kind: 'starting' }),
  );
  private readonly changes = this.store.add(new Emitter<readonly KeyChange[]>());
  private readonly looked = this.store.add(new Emitter<BucketLook>());
  private readonly returned = this.store.add(new Emitter<void>());
  private readonly lost = this.store.add(new Emitter<void>());
  private place:
    | { readonly watch: BucketWatch; readonly hold: WatchHold; readonly store: DisposableStore }
    | undefined;
  private isFollowing = false;
  private disposed = false;

  readonly freshness: Observable<Freshness> = this.freshnessValue;
  readonly onDidChange: Event<readonly KeyChange[]> = this.changes.event;
  /** What a look at the bucket has found: messages go without a change too. */
  readonly onDidLook: Event<BucketLook> = this.looked.event;
  /** What was known has to be read anew: changes may have been missed, or the bucket is another one. */
  readonly onDidReturn: Event<void> = this.returned.event;
  /** From now on nothing is told, and what is known may not be so any more. */
  readonly onDidLose: Event<void> = this.lost.event;

  constructor(
    private readonly session: FollowedSession,
    readonly bucket: string,
    private readonly now: () => number = Date.now,
  ) {
    this.store.add(session.onDidReplaceLink(() => this.linkReplaced()));
    this.store.add(session.state.onDidChange((state) => this.sessionChanged(state)));
  }

  /** When the bucket that is followed was created; undefined where that is not known. */
  get created(): number | undefined {
    return this.place?.watch.created;
  }

  /** The last revision of the bucket that was told, or the one before the first to come. */
  get lastRevision(): number | undefined {
    return this.place?.watch.lastRevision;
  }

  /**
   * Joins the watch where there is a link, else as soon as there is one. Gives the first revision that
   * is told from now on, undefined when others had it running; rejects when it could not begin yet.
   */
  async start(): Promise<number | undefined> {
    this.isFollowing = true;
    const wasRunning = this.place !== undefined || this.session.watch(this.bucket)?.isHeld === true;
    this.attach();
    const from = await this.place?.hold.from;
    return wasRunning ? undefined : from;
  }

  dispose(): void {
    this.disposed = true;
    this.detach();
    this.store.dispose();
  }

  private attach(): void {
    if (this.place || this.disposed || !this.isFollowing) {
      return;
    }
    const watch = this.session.watch(this.bucket);
    if (!watch) {
      this.lose(awayReason(this.session.state.current));
      return;
    }
    const store = new DisposableStore();
    const hold = watch.hold();
    // How it goes is told by the watch's state.
    hold.from.catch(() => undefined);
    store.add(hold);
    store.add(watch.onDidChange((changes) => this.changes.fire(changes)));
    store.add(watch.looks.want());
    store.add(watch.looks.onDidLook((look) => this.looked.fire(look)));
    store.add(watch.state.onDidChange((state) => this.watchChanged(state)));
    this.place = { watch, hold, store };
    this.watchChanged(watch.state.current);
  }

  private detach(): void {
    this.place?.store.dispose();
    this.place = undefined;
  }

  private linkReplaced(): void {
    this.detach();
    if (this.isFollowing) {
      this.lose(awayReason(this.session.state.current));
      this.attach();
    }
  }

  private sessionChanged(state: SessionState): void {
    if (state.kind === 'connected') {
      this.attach();
      if (this.place?.watch.state.current.kind === 'live') {
        this.regain();
      }
    } else if (this.isFollowing && state.kind !== 'connecting') {
      if (!this.session.linkIfUp && state.kind !== 'reconnecting') {
        this.detach();
      }
      this.lose(awayReason(state));
    }
  }

  private watchChanged(state: WatchState): void {
    switch (state.kind) {
      case 'starting':
        break;
      case 'live':
        this.regain();
        break;
      case 'resuming':
        this.lose(awayReason(this.session.state.current));
        break;
      case 'failed':
        this.lose(
          state.error.kind === 'notFound'
            ? t('the bucket is not there')
            : t('its bucket cannot be watched ({0})', messageOf(state.error)),
        );
        break;
      case 'gone':
        this.lose(t('the bucket was deleted or made again'));
        break;
    }
  }

  private regain(): void {
    const before = this.freshnessValue.current.kind;
    this.freshnessValue.set({ kind: 'live' });
    if (before === 'stale') {
      this.returned.fire();
    }
  }

  /** The first moment counts: since then nothing is certain. */
  private lose(reason: string): void {
    const { current } = this.freshnessValue;
    if (current.kind === 'stale' && current.reason === reason) {
      return;
    }
    const since = current.kind === 'stale' ? current.since : this.now();
    this.freshnessValue.set({ kind: 'stale', since, reason });
    if (current.kind !== 'stale') {
      this.lost.fire();
    }
  }
}

/** Why nothing is told while a connection stands like that, as a clause. */
function awayReason(state: SessionState): string {
  switch (state.kind) {
    case 'connected':
    case 'connecting':
      return t('not answering');
    case 'idle':
      return 'disconnected';
    case 'reconnecting':
      return 'reconnecting';
    case 'failed':
      return state.error.message;
  }
}

/** What a read fails with while there is no link and none is to be made. */
export function noLink(session: FollowedSession): KvError {
  return new KvError('disconnected', t('{0} is disconnected', session.name));
}
