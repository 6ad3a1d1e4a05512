import type { Disposable } from '../../../kv/base/event';
import { formatAge } from '../../format/age';

const tickMs = 5000;

/** Owns the ages that rows show; refreshes those that read differently by now, while in view. */
export class AgeTicker<T> implements Disposable {
  private readonly shown = new Map<T, { readonly created: number; readonly text: string }>();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly refresh: (row: T) => void) {}

  /** The age of a row that is about to be shown. */
  show(row: T, created: number): string {
    const text = formatAge(created, Date.now());
    this.shown.set(row, { created, text });
    return text;
  }

  forget(row: T): void {
    this.shown.delete(row);
  }

  setVisible(visible: boolean): void {
    clearInterval(this.timer);
    this.timer = visible ? setInterval(() => this.tick(), tickMs) : undefined;
  }

  dispose(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const now = Date.now();
    for (const [row, { created, text }] of this.shown) {
      if (formatAge(created, now) !== text) {
        this.refresh(row);
      }
    }
  }
}
