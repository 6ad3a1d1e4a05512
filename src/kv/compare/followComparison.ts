import { DisposableStore, ObservableValue, type Disposable, type Observable } from '../base/event';
import { isPassing, toKvError, type KvError } from '../model/errors';
import type { WatchState } from '../model/watch';
import type { Comparison } from './comparison';
import type { SideAt } from './pairTable';

/** How far a comparison can be trusted to be of now; `stands` where neither side can change. */
export type FollowState =
  | { readonly kind: 'live' | 'stands' | 'resuming' }
  | { readonly kind: 'ended'; readonly error: KvError | undefined };

/** Changes that come together are judged together, after so many milliseconds. */
const gatherMs = 150;
/** What could not be judged for the moment is judged again after so many. */
const againMs = 1000;

/**
 * Follows both sides of a comparison that has run: what changes is judged again, by its values where
 * that is needed. Owns its watches; ends when it is disposed.
 */
export class FollowedComparison implements Disposable {
  private readonly store = new DisposableStore();
  private readonly value = this.store.add(new ObservableValue<FollowState>({ kind: 'stands' }));
  private readonly watches = this.store.add(new DisposableStore());
  readonly state: Observable<FollowState> = this.value;
  private readonly dirty = new Set<number>();
  private readonly abort = new AbortController();
  private readonly watchStates = new Map<SideAt, WatchState>();
  /** Sides that were found to be what was listed, after their watches had begun. */
  private readonly checked = new Set<SideAt>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isJudging = false;
  /** The last judgement failed for what may pass: what has changed is not judged yet. */
  private isBehind = false;

  constructor(private readonly comparison: Comparison) {
    this.follow(0);
    this.follow(1);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.abort.abort();
    this.store.dispose();
  }

  private follow(at: SideAt): void {
    const { comparison } = this;
    const side = comparison.sides[at];
    const watch = side.watch?.();
    if (!watch) {
      return;
    }
    const skip = Buffer.byteLength(side.prefix);
    this.watches.add(watch);
    this.watches.add(
      watch.onDidChange((changes) => {
        for (const change of changes) {
          if (side.has(change.key)) {
            this.dirty.add(comparison.table.tell(at, change, skip));
          }
        }
        this.gather();
      }),
    );
    const tell = (): void => {
      this.watchStates.set(at, watch.state.current);
      this.tellState();
      if (watch.state.current.kind === 'live') {
        void this.check(at);
      }
    };
    this.watches.add(watch.state.onDidChange(tell));
    tell();
  }

  /** The bucket may have been made again after it was listed and before it was followed. */
  private async check(at: SideAt): Promise<void> {
    const side = this.comparison.sides[at];
    if (this.checked.has(at) || !side.check) {
      return;
    }
    this.checked.add(at);
    try {
      await side.check(this.abort.signal);
    } catch (error) {
      const failure = toKvError(error);
      if (isPassing(failure)) {
        // It is looked at again once the watch is live again.
        this.checked.delete(at);
      } else if (failure.kind !== 'cancelled') {
        this.end(failure);
      }
    }
  }

  private tellState(): void {
    const states = [...this.watchStates.values()];
    const failed = states.find(({ kind }) => kind === 'failed' || kind === 'gone');
    if (failed) {
      this.end(failed.kind === 'failed' ? failed.error : undefined);
    } else if (this.value.current.kind !== 'ended' && states.length > 0) {
      const isWaiting = this.isBehind || states.some(({ kind }) => kind === 'resuming');
      const kind = isWaiting ? 'resuming' : 'live';
      if (this.value.current.kind !== kind) {
        this.value.set({ kind });
      }
    }
  }

  /** What was found stays; nothing is watched or judged any longer. */
  private end(error: KvError | undefined): void {
    if (!this.abort.signal.aborted) {
      clearTimeout(this.timer);
      this.abort.abort();
      this.watches.dispose();
      this.value.set({ kind: 'ended', error });
    }
  }

  private gather(afterMs = gatherMs): void {
    const { timer, isJudging, dirty, abort } = this;
    if (timer === undefined && !isJudging && dirty.size > 0 && !abort.signal.aborted) {
      this.timer = setTimeout(() => void this.judge(), afterMs);
    }
  }

  private async judge(): Promise<void> {
    this.timer = undefined;
    this.isJudging = true;
    const places = [...this.dirty];
    this.dirty.clear();
    try {
      await this.comparison.update(places, this.abort.signal);
      this.isBehind = false;
    } catch (error) {
      const failure = toKvError(error);
      if (!isPassing(failure)) {
        this.end(failure);
      }
      places.forEach((at) => this.dirty.add(at));
      this.isBehind = true;
    } finally {
      this.isJudging = false;
    }
    if (!this.abort.signal.aborted) {
      this.tellState();
      this.gather(this.isBehind ? againMs : gatherMs);
    }
  }
}
