import type { Disposable } from '../kv/event';

/**
 * How soon after the first change a view follows, and how often at most, in milliseconds: timers may
 * be a little early, and five in a second would be one too many.
 */
const firstDelay = 40;
const interval = 255;

/**
 * Owns the refreshes that a view still has to do; changes only through `add`. Flushes at most four
 * times a second, and only while the view is visible; what came meanwhile is flushed on return.
 */
export class RefreshQueue<T> implements Disposable {
  private readonly pending = new Set<T>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastFlush = 0;
  private visible = false;

  constructor(private readonly flush: (items: readonly T[]) => void) {}

  add(item: T): void {
    this.pending.add(item);
    this.schedule();
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.schedule();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.pending.clear();
  }

  private schedule(): void {
    if (!this.visible || this.timer || this.pending.size === 0) {
      return;
    }
    const delay = Math.max(firstDelay, this.lastFlush + interval - Date.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.visible) {
        this.lastFlush = Date.now();
        const items = [...this.pending];
        this.pending.clear();
        this.flush(items);
      }
    }, delay);
  }
}
