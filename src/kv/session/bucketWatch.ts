import { isKvError, toKvError, type KvError } from '../model/errors';
import {
  DisposableStore,
  Emitter,
  ObservableValue,
  type Disposable,
  type Event,
  type Observable,
} from '../base/event';
import type { KvConnection } from '../model/kvConnection';
import { BucketLooks } from './bucketLooks';
import type { KeyChange, Watch, WatchState } from '../model/watch';

/** A holder's claim on a bucket's watch, with the revision from which on nothing is missed. */
export interface WatchHold extends Disposable {
  /**
   * Settles when the watch has a starting point; rejects when it could not begin. It goes on trying
   * after that for as long as it is held, and its state tells when it has begun: `from` is of the
   * newest beginning.
   */
  readonly from: Promise<number>;
}

/** What a watch that began again goes on from. */
interface Place {
  readonly revision: number;
}

interface Run {
  /** The first revision to tell, where the holder knows it. */
  readonly start: number | undefined;
  watch: Watch | undefined;
  from: Promise<number>;
}

/** Waits before a watch that failed is tried again, in milliseconds; the last one from then on. */
const retryDelays = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/**
 * Owns the one watch of a bucket, shared by all who follow it; changes only through `hold` and the
 * disposal of holds. It runs from the first hold to the last one's disposal. One that has failed, for
 * instance for want of a right, is tried again with back-off while it is held, and goes on after the
 * last revision that it told; `gone` is final: another bucket may have the name by then.
 */
export class BucketWatch implements Disposable {
  private readonly store = new DisposableStore();
  private readonly stateValue = this.store.add(
    new ObservableValue<WatchState>({ kind: 'starting' }),
  );
  private readonly changes = this.store.add(new Emitter<readonly KeyChange[]>());
  private running: Run | undefined;
  private holds = 0;
  private createdAt: number | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  /** How far a watch had told that failed later. */
  private place: Place | undefined;

  /** What no change tells of, found while the watch is live. */
  readonly looks: BucketLooks;
  readonly state: Observable<WatchState> = this.stateValue;
  readonly onDidChange: Event<readonly KeyChange[]> = this.changes.event;

  constructor(
    private readonly connection: KvConnection,
    readonly bucket: string,
    /** Only the keys of this subject filter, such as `orders.>`; all when omitted. */
    private readonly filter?: string,
  ) {
    this.looks = this.store.add(new BucketLooks(connection, bucket));
    this.store.add(
      this.stateValue.onDidChange(({ kind }) =>
        kind === 'live' ? this.looks.start() : this.looks.stop(),
      ),
    );
    // Rights that are given back come with a new link.
    this.store.add(
      connection.state.onDidChange(({ kind }) => kind === 'connected' && this.lookAgain()),
    );
  }

  get isHeld(): boolean {
    return this.holds > 0;
  }

  /** When the bucket was created; undefined where that has not been asked. */
  get created(): number | undefined {
    return this.createdAt;
  }

  /** The last revision told, or the one before the first to come; undefined while it is not running. */
  get lastRevision(): number | undefined {
    return this.running?.watch?.lastRevision;
  }

  /**
   * Starts following, or joins in; a watch that has failed is started anew. `start` is the first
   * revision to tell, for a user who may not ask which one comes next.
   */
  hold(start?: number): WatchHold {
    this.holds++;
    if (this.stateValue.current.kind === 'failed') {
      this.endRun();
      this.stateValue.set({ kind: 'starting' });
    }
    let { from } = (this.running ??= this.start(start));
    let held = true;
    const newest = (): Promise<number> => (from = (held && this.running?.from) || from);
    return {
      get from() {
        return newest();
      },
      dispose: () => {
        if (held) {
          held = false;
          this.release();
        }
      },
    };
  }

  /** Tries a watch that has failed again now, for instance because its bucket was made. */
  lookAgain(): void {
    if (this.isHeld && !this.running && this.stateValue.current.kind === 'failed') {
      this.running = this.start(undefined);
    }
  }

  dispose(): void {
    this.holds = 0;
    this.stop();
    this.store.dispose();
  }

  private release(): void {
    this.holds = Math.max(0, this.holds - 1);
    if (this.holds === 0) {
      this.stop();
    }
  }

  private start(start: number | undefined): Run {
    clearTimeout(this.retry);
    const run: Run = { start, watch: undefined, from: Promise.resolve(0) };
    run.from = this.begin(run);
    run.from.catch((error: unknown) => this.failed(run, toKvError(error)));
    return run;
  }

  private async begin(run: Run): Promise<number> {
    const from = await (run.start ?? this.nextRevision());
    // All may have let go meanwhile, and others may have begun anew.
    if (this.running !== run) {
      return from;
    }
    const filters = this.filter === undefined ? [] : [this.filter];
    const watch = this.connection.watch(this.bucket, { from, filters });
    run.watch = watch;
    this.watchChanged(run, watch.state.current);
    watch.state.onDidChange((state) => this.watchChanged(run, state));
    watch.onDidChange((changes) => this.changes.fire(changes));
    return from;
  }

  private watchChanged(run: Run, state: WatchState): void {
    if (this.running !== run) {
      return;
    }
    if (state.kind === 'failed') {
      this.failed(run, state.error);
      return;
    }
    if (state.kind === 'live') {
      this.failures = 0;
      this.place = undefined;
    }
    // It has not recovered before it is live.
    const isRetry = this.place !== undefined && state.kind === 'starting';
    if (!isRetry) {
      this.stateValue.set(state);
    }
  }

  /** Where to begin: after what was told, unless the bucket is another one or was never watched. */
  private async nextRevision(): Promise<number> {
    const { place, createdAt } = this;
    try {
      const status = await this.connection.bucketStatus(this.bucket);
      const { created, lastRevision } = status;
      this.looks.begin(status);
      this.createdAt = created;
      const isOther = createdAt !== undefined && created !== createdAt;
      if (place && (isOther || lastRevision < place.revision)) {
        this.endRun();
        this.stateValue.set({ kind: 'gone' });
      }
      return place ? place.revision + 1 : lastRevision + 1;
    } catch (error) {
      if (place && isKvError(error, 'denied')) {
        return place.revision + 1;
      }
      throw error;
    }
  }

  private failed(run: Run, error: KvError): void {
    if (this.running !== run) {
      return;
    }
    if (run.watch) {
      this.place = { revision: run.watch.lastRevision };
    } else if (run.start !== undefined) {
      this.place = { revision: run.start - 1 };
    }
    this.endRun();
    this.stateValue.set({ kind: 'failed', error });
    const delay = retryDelays[Math.min(this.failures++, retryDelays.length - 1)];
    this.retry = setTimeout(() => this.lookAgain(), delay);
  }

  private endRun(): void {
    clearTimeout(this.retry);
    const { running } = this;
    this.running = undefined;
    running?.watch?.dispose();
  }

  private stop(): void {
    this.endRun();
    this.place = undefined;
    this.failures = 0;
    this.stateValue.set({ kind: 'starting' });
  }
}

/** Runs something whenever a watch is live again after it was not. */
export function afterOutages(state: Observable<WatchState>, run: () => void): Disposable {
  let wasAway = false;
  return state.onDidChange(({ kind }) => {
    wasAway ||= kind === 'resuming' || kind === 'failed';
    if (wasAway && kind === 'live') {
      wasAway = false;
      run();
    }
  });
}
