import type { Disposable } from '../../../kv/base/event';

/** How soon after a change a view follows, unless more time is given, in milliseconds. */
const defaultWithin = 40;
/** The least time between two flushes: timers may be a little early, and five a second are too many. */
const interval = 255;

/**
 * Owns the refreshes that a view still has to do; changes only through `add`. Flushes at most four
 * times a second, and only while the view is visible; what came meanwhile is flushed on return.
 */
export class RefreshQueue<T> implements Disposable {
  private readonly pending = new Set<T>();
  /** When the first of the pending ones must have been flushed. */
  private due = Infinity;
  private timer: { readonly at: number; readonly id: ReturnType<typeof setTimeout> } | undefined;
  private lastFlush = 0;
  private visible = false;

  constructor(private readonly flush: (items: readonly T[]) => void) {}

  /** `within`: what may wait is flushed with what cannot, after so many milliseconds at the latest. */
  add(item: T, within = defaultWithin): void {
    this.pending.add(item);
    this.due = Math.min(this.due, Date.now() + within);
    this.schedule();
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.schedule();
  }

  dispose(): void {
    clearTimeout(this.timer?.id);
    this.pending.clear();
  }

  private schedule(): void {
    const at = Math.max(this.due, this.lastFlush + interval);
    if (!this.visible || this.pending.size === 0 || (this.timer && this.timer.at <= at)) {
      return;
    }
    clearTimeout(this.timer?.id);
    this.timer = { at, id: setTimeout(() => this.flushNow(), Math.max(0, at - Date.now())) };
  }

  private flushNow(): void {
    this.timer = undefined;
    if (this.visible) {
      this.lastFlush = Date.now();
      this.due = Infinity;
      const items = [...this.pending];
      this.pending.clear();
      this.flush(items);
    }
  }
}
