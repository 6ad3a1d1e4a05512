import { toKvError } from '../model/errors';
import {
  Emitter,
  ObservableValue,
  type Disposable,
  type Event,
  type Observable,
} from '../base/event';
import type { KvConnection } from '../model/kvConnection';
import type { KeyChange, Watch, WatchState } from '../model/watch';

/** A holder's claim on a bucket's watch, with the revision from which on nothing is missed. */
export interface WatchHold extends Disposable {
  /** Settles when the watch has a starting point; rejects when the bucket cannot be looked up. */
  readonly from: Promise<number>;
}

/**
 * Owns the one watch of a bucket, shared by all who follow it; changes only through `hold` and the
 * disposal of holds. It runs from the first hold to the last one's disposal.
 */
export class BucketWatch implements Disposable {
  private readonly stateValue = new ObservableValue<WatchState>({ kind: 'starting' });
  private readonly changes = new Emitter<readonly KeyChange[]>();
  private running: { watch: Watch | undefined; from: Promise<number> } | undefined;
  private holds = 0;
  private createdAt: number | undefined;

  readonly state: Observable<WatchState> = this.stateValue;
  readonly onDidChange: Event<readonly KeyChange[]> = this.changes.event;

  constructor(
    private readonly connection: KvConnection,
    readonly bucket: string,
    /** Only the keys of this subject filter, such as `orders.>`; all when omitted. */
    private readonly filter?: string,
  ) {}

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
    if (this.stateValue.current.kind === 'failed') {
      this.stop();
    }
    this.holds++;
    const { from } = (this.running ??= this.start(start));
    let held = true;
    return {
      from,
      dispose: () => {
        if (held) {
          held = false;
          this.release();
        }
      },
    };
  }

  dispose(): void {
    this.holds = 0;
    this.stop();
    this.changes.dispose();
    this.stateValue.dispose();
  }

  private release(): void {
    this.holds = Math.max(0, this.holds - 1);
    if (this.holds === 0) {
      this.stop();
    }
  }

  private start(from: number | undefined): NonNullable<typeof this.running> {
    const running: NonNullable<typeof this.running> = {
      watch: undefined,
      from: Promise.resolve(0),
    };
    running.from = this.begin(running, from);
    running.from.catch((error: unknown) => {
      if (this.running === running) {
        this.running = undefined;
        this.stateValue.set({ kind: 'failed', error: toKvError(error) });
      }
    });
    return running;
  }

  private async begin(
    running: NonNullable<typeof this.running>,
    start: number | undefined,
  ): Promise<number> {
    const from = await (start ?? this.nextRevision());
    // All may have let go meanwhile, and others may have begun anew.
    if (this.running !== running) {
      return from;
    }
    const filters = this.filter === undefined ? [] : [this.filter];
    const watch = this.connection.watch(this.bucket, { from, filters });
    running.watch = watch;
    this.stateValue.set(watch.state.current);
    watch.state.onDidChange((state) => this.stateValue.set(state));
    watch.onDidChange((changes) => this.changes.fire(changes));
    return from;
  }

  private async nextRevision(): Promise<number> {
    const { created, lastRevision } = await this.connection.bucketStatus(this.bucket);
    this.createdAt = created;
    return lastRevision + 1;
  }

  private stop(): void {
    this.running?.watch?.dispose();
    this.running = undefined;
    this.stateValue.set({ kind: 'starting' });
  }
}

/** Runs something whenever a watch is live again after it was not. */
export function afterOutages(state: Observable<WatchState>, run: () => void): Disposable {
  let wasAway = false;
  return state.onDidChange(({ kind }) => {
    wasAway ||= kind === 'resuming';
    if (wasAway && kind === 'live') {
      wasAway = false;
      run();
    }
  });
}
