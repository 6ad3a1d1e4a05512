import type { Disposable } from '../../../kv/base/event';
import type { KeyIndex } from '../../../kv/session/keyIndex';

const tickMs = 1_000;
/** Not all that goes is known before, and this computer's clock may be wrong. */
const longestMs = 5_000;
const afterFailureMs = 30_000;

/**
 * Owns when the indexes in view are asked to drop what has expired without a marker: as soon as the
 * oldest message of a bucket is due, or the first one of a time of its own. Changes only through `setVisible` and time.
 */
export class ExpirySweep implements Disposable {
  private readonly due = new WeakMap<KeyIndex, number>();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly indexes: () => readonly KeyIndex[]) {}

  setVisible(visible: boolean): void {
    clearInterval(this.timer);
    this.timer = visible ? setInterval(() => this.tick(), tickMs) : undefined;
  }

  dispose(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const now = Date.now();
    for (const index of this.indexes()) {
      const isReady = index.state.current.kind === 'ready';
      if (isReady && index.watch.state.current.kind === 'live' && this.isDue(index, now)) {
        // Not again before the answer is there.
        this.due.set(index, Infinity);
        this.sweep(index);
      }
    }
  }

  private isDue(index: KeyIndex, now: number): boolean {
    return (this.due.get(index) ?? 0) <= now;
  }

  private sweep(index: KeyIndex): void {
    index.dropExpired().then(
      (next) => this.due.set(index, Math.min(next ?? Infinity, Date.now() + longestMs)),
      // One who may not ask for the bucket's state lists it again by Refresh.
      () => this.due.set(index, Date.now() + afterFailureMs),
    );
  }
}
