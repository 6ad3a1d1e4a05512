import { PacedRead, type ReadEnd } from '../base/pacedRead';
import type { BucketLook } from './bucketLooks';
import { BucketFollower, type Freshness } from './bucketFollower';
import type { ConnectionSession } from './connectionSession';
import { KvError, toKvError } from '../model/errors';
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

/** A key that is written in a burst is read this often at most. */
const pacing = { intervalMs: 250, retryDelaysMs: [1_000, 2_000, 4_000, 8_000, 15_000] };

/**
 * Owns the revisions of one key, without their values; changes only through `reload` and what its
 * follower tells. A reading that fails is tried again while there is a link.
 */
export class KeyHistory implements Disposable {
  private readonly store = new DisposableStore();
  private readonly value = this.store.add(new ObservableValue<HistoryState>({ kind: 'loading' }));
  private readonly follower: BucketFollower;
  private readonly reading: PacedRead;
  /** The first reading was asked for by the user, who wants a connection for it. */
  private mayConnect = true;

  readonly state: Observable<HistoryState> = this.value;

  constructor(readonly target: HistoryTarget) {
    const { session, bucket, key } = target;
    this.follower = this.store.add(new BucketFollower(session, bucket));
    this.reading = this.store.add(
      new PacedRead(
        () => this.read(),
        (error) => this.fail(toKvError(error)),
        pacing,
      ),
    );
    const reload = (): void => this.reading.soon();
    this.store.add(
      this.follower.onDidChange(
        (changes) => changes.some((change) => change.key === key) && reload(),
      ),
    );
    this.store.add(this.follower.onDidLook((look) => this.looked(look)));
    this.store.add(this.follower.freshness.onDidChange((now) => this.freshnessChanged(now)));
    // After a resume, purged revisions may be gone that nothing tells of.
    this.store.add(this.follower.onDidReturn(reload));
    this.store.add(session.state.onDidChange(({ kind }) => kind === 'connected' && reload()));
    this.reading.soon();
  }

  /** Reads the revisions, now or right after the reading that is under way. Connects where needed. */
  reload(): void {
    this.mayConnect = true;
    this.reading.soon();
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Revisions may have gone without a marker. */
  private looked({ status, lost }: BucketLook): void {
    const { current } = this.value;
    const oldest = current.kind === 'loaded' ? current.revisions.at(-1) : undefined;
    if (lost || (oldest && oldest.revision < status.firstRevision)) {
      this.reading.soon();
    }
  }

  private async read(): Promise<ReadEnd> {
    const { session, bucket, key } = this.target;
    const { current } = session.state;
    if (current.kind === 'idle' && current.onPurpose) {
      this.value.set({ kind: 'disconnected' });
      return 'done';
    }
    const connection = this.mayConnect ? await session.connect() : session.linkIfUp;
    this.mayConnect = false;
    if (!connection) {
      return 'done';
    }
    // Joined before the revisions are read, so that nothing falls between.
    this.follower.start().catch(() => undefined);
    const revisions = await connection.historyInfo(bucket, key);
    this.value.set({ kind: 'loaded', revisions: revisions.toReversed() });
    return 'done';
  }

  private fail(error: KvError): void {
    const known = this.value.current;
    this.value.set(
      known.kind === 'loaded' ? { ...known, stale: error } : { kind: 'failed', error },
    );
  }

  private freshnessChanged(freshness: Freshness): void {
    const { session } = this.target;
    const { current } = session.state;
    if (current.kind === 'idle' && current.onPurpose) {
      this.value.set({ kind: 'disconnected' });
    } else if (freshness.kind === 'stale') {
      this.fail(new KvError('unavailable', freshness.reason));
    }
  }
}
