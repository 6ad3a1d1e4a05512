import type { WatchHold } from './bucketWatch';
import type { ConnectionSession } from './connectionSession';
import { toKvError, type KvError } from '../model/errors';
import type { RevisionInfo } from '../model/entry';
import { DisposableStore, ObservableValue, type Disposable, type Observable } from '../base/event';

/** The key whose history is shown. */
export interface HistoryTarget {
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly key: string;
}

/**
 * The stored revisions of a key, newest first. `disconnected`: the connection was given up on purpose.
 * With `stale` they are what was read before that error.
 */
export type HistoryState =
  | { readonly kind: 'loading' }
  | {
      readonly kind: 'loaded';
      readonly revisions: readonly RevisionInfo[];
      readonly stale?: KvError;
    }
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'failed'; readonly error: KvError };

/** A key that is written in a burst is read this often at most, in milliseconds. */
const readInterval = 250;

/**
 * Owns the revisions of one key, without their values; changes only through `reload` and what the
 * bucket's shared watch tells.
 */
export class KeyHistory implements Disposable {
  private readonly value = new ObservableValue<HistoryState>({ kind: 'loading' });
  private readonly subscriptions = new DisposableStore();
  private following: { hold: WatchHold; subscriptions: DisposableStore } | undefined;
  private reading: 'no' | 'yes' | 'again' = 'no';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private disposed = false;

  readonly state: Observable<HistoryState> = this.value;

  constructor(readonly target: HistoryTarget) {
    const { session } = target;
    this.subscriptions.add(session.onDidReplaceLink(() => this.linkReplaced()));
    this.subscriptions.add(
      session.state.onDidChange(({ kind }) => kind === 'idle' && this.linkReplaced()),
    );
    this.reload();
  }

  /** Reads the revisions, now or right after the reading that is under way. */
  reload(): void {
    if (this.reading !== 'no') {
      this.reading = 'again';
      return;
    }
    this.reading = 'yes';
    void this.read();
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.unfollow();
    this.subscriptions.dispose();
    this.value.dispose();
  }

  private async read(): Promise<void> {
    const state = await this.readState();
    if (this.disposed) {
      return;
    }
    this.value.set(state);
    this.timer = setTimeout(() => {
      const again = this.reading === 'again';
      this.reading = 'no';
      if (again) {
        this.reload();
      }
    }, readInterval);
  }

  private async readState(): Promise<HistoryState> {
    const { session, bucket, key } = this.target;
    const { current } = session.state;
    if (current.kind === 'idle' && current.onPurpose) {
      return { kind: 'disconnected' };
    }
    try {
      const connection = await session.connect();
      this.follow();
      const revisions = await connection.historyInfo(bucket, key);
      return { kind: 'loaded', revisions: revisions.toReversed() };
    } catch (error) {
      const kvError = toKvError(error);
      const known = this.value.current;
      return known.kind === 'loaded' && kvError.kind === 'disconnected'
        ? { ...known, stale: kvError }
        : { kind: 'failed', error: kvError };
    }
  }

  private linkReplaced(): void {
    this.unfollow();
    this.reload();
  }

  /** Joins the watch of the bucket before the revisions are read, so that nothing falls between. */
  private follow(): void {
    const { session, bucket, key } = this.target;
    const watch = session.watch(bucket);
    if (!watch || this.following || this.disposed) {
      return;
    }
    const hold = watch.hold();
    hold.from.catch(() => {
      // The bucket cannot be watched: its revisions are still shown, as of when they were read.
    });
    const subscriptions = new DisposableStore();
    subscriptions.add(
      watch.onDidChange((changes) => changes.some((change) => change.key === key) && this.reload()),
    );
    // After a resume, purged revisions may be gone that nothing tells of.
    subscriptions.add(watch.state.onDidChange(({ kind }) => kind === 'live' && this.reload()));
    this.following = { hold, subscriptions };
  }

  private unfollow(): void {
    this.following?.subscriptions.dispose();
    this.following?.hold.dispose();
    this.following = undefined;
  }
}
