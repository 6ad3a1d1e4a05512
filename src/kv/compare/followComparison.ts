import { DisposableStore, ObservableValue, type Disposable, type Observable } from '../base/event';
import { toKvError, type KvError } from '../model/errors';
import type { WatchState } from '../model/watch';
import type { Comparison } from './comparison';
import type { SideAt } from './pairTable';

/** How far a comparison can be trusted to be of now; `stands` where neither side can change. */
export type FollowState =
  | { readonly kind: 'live' | 'stands' | 'resuming' }
  | { readonly kind: 'ended'; readonly error: KvError | undefined };

/** Changes that come together are judged together, after so many milliseconds. */
const gatherMs = 150;

/**
 * Follows both sides of a comparison that has run: what changes is judged again, by its values where
 * that is needed. Owns its watches; ends when it is disposed.
 */
export class FollowedComparison implements Disposable {
  private readonly store = new DisposableStore();
  private readonly value = this.store.add(new ObservableValue<FollowState>({ kind: 'stands' }));
  readonly state: Observable<FollowState> = this.value;
  private readonly dirty = new Set<number>();
  private readonly abort = new AbortController();
  private readonly watchStates = new Map<SideAt, WatchState>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isJudging = false;

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
    this.store.add(watch);
    this.store.add(
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
    };
    this.store.add(watch.state.onDidChange(tell));
    tell();
  }

  private tellState(): void {
    const states = [...this.watchStates.values()];
    const failed = states.find(({ kind }) => kind === 'failed' || kind === 'gone');
    if (failed) {
      const error = failed.kind === 'failed' ? failed.error : undefined;
      this.value.set({ kind: 'ended', error });
    } else if (this.value.current.kind !== 'ended') {
      const isWaiting = states.some(({ kind }) => kind === 'resuming');
      this.value.set({ kind: isWaiting ? 'resuming' : 'live' });
    }
  }

  private gather(): void {
    if (this.timer === undefined && !this.isJudging && this.dirty.size > 0) {
      this.timer = setTimeout(() => void this.judge(), gatherMs);
    }
  }

  private async judge(): Promise<void> {
    this.timer = undefined;
    this.isJudging = true;
    const places = [...this.dirty];
    this.dirty.clear();
    try {
      await this.comparison.update(places, this.abort.signal);
    } catch (error) {
      if (!this.abort.signal.aborted) {
        this.value.set({ kind: 'ended', error: toKvError(error) });
      }
    } finally {
      this.isJudging = false;
    }
    if (!this.abort.signal.aborted) {
      this.gather();
    }
  }
}
