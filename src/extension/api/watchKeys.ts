import { DisposableStore, type Disposable } from '../../kv/base/event';
import { t } from '../../kv/base/l10n';
import type { Entry } from '../../kv/model/entry';
import { KvError } from '../../kv/model/errors';
import type { WatchState } from '../../kv/model/watch';
import { subjectPattern } from '../../kv/keys/keyPattern';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import { ApiFailure, apiFailure } from './apiFailure';
import { apiEntry } from './apiEntry';
import type { NatsKvFailure, NatsKvWatcher } from './natsKvApi';

/** What is watched, for whom. */
export interface WatchedKeys {
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly filter: string;
  readonly watcher: NatsKvWatcher;
  /** Whether the user still allows it. */
  readonly isAllowed: () => boolean;
  /** Is told what the watcher throws. */
  readonly failed: (error: unknown) => void;
  /** Is told that it is over, however it ended. */
  readonly over: (watch: KeysWatch) => void;
}

/** Owns a watch for another extension, until it is disposed or ends by itself. */
export class KeysWatch implements Disposable {
  private readonly store = new DisposableStore();
  private hasEnded = false;

  private constructor(private readonly watched: WatchedKeys) {}

  /** Watches from what is stored now on. Throws as the connection does. */
  static async start(watched: WatchedKeys): Promise<KeysWatch> {
    const { session, bucket, filter } = watched;
    const connection = await session.connect();
    const { lastRevision } = await connection.bucketStatus(bucket);
    const { filter: subjects, matches } = subjectPattern(filter);
    const options = { from: lastRevision + 1, filters: [subjects], values: true } as const;
    const made = new KeysWatch(watched);
    const watch = made.store.add(connection.watch(bucket, options));
    made.store.add(session.hold());
    made.store.add(watch.onDidChange((changes) => made.tell(changes, matches)));
    made.store.add(watch.state.onDidChange((state) => made.follow(state)));
    made.store.add(
      connection.state.onDidChange((state) => {
        if (state.kind === 'closed') {
          made.end(state.error ?? new KvError('disconnected', t('the connection was closed')));
        }
      }),
    );
    made.follow(watch.state.current);
    return made;
  }

  /** Ends it where the user does not allow it any more. */
  check(): void {
    if (this.hasEnded) {
      // Before anybody could know it.
      this.watched.over(this);
    } else if (!this.watched.isAllowed()) {
      this.end(new ApiFailure('denied', t('the user does not allow it any more')));
    }
  }

  dispose(): void {
    this.hasEnded = true;
    this.store.dispose();
    this.watched.over(this);
  }

  private tell(changes: readonly Entry[], matches: (key: string) => boolean): void {
    const { bucket, watcher } = this.watched;
    this.check();
    for (const change of changes) {
      if (!this.hasEnded && matches(change.key)) {
        this.guarded(() => watcher.changed(apiEntry(bucket, change)));
      }
    }
  }

  private follow(state: WatchState): void {
    if (state.kind === 'failed') {
      this.end(state.error);
    } else if (state.kind === 'gone') {
      this.end(new KvError('notFound', t('there is no bucket {0}', this.watched.bucket)));
    }
  }

  private end(error: unknown): void {
    if (!this.hasEnded) {
      this.dispose();
      const failure: NatsKvFailure = apiFailure(error);
      this.guarded(() => this.watched.watcher.ended?.(failure));
    }
  }

  /** Also what it does later: a rejection that nobody handles would be ours. */
  private guarded(call: () => unknown): void {
    new Promise((resolve) => resolve(call())).catch(this.watched.failed);
  }
}
