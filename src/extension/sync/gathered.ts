import type { Disposable } from '../../kv/base/event';

const gatherMs = 250;

/** Owns what came lately, which is told together after a moment; changes only through `add`. */
export class Gathered<T> implements Disposable {
  private items = new Set<T>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly tell: (items: readonly T[]) => void) {}

  add(items: readonly T[]): void {
    items.forEach((item) => this.items.add(item));
    if (this.timer === undefined && this.items.size > 0) {
      this.timer = setTimeout(() => {
        const all = [...this.items];
        this.timer = undefined;
        this.items = new Set();
        this.tell(all);
      }, gatherMs);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}
