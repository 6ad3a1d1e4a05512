import type { Disposable } from '../../../kv/base/event';
import { countdown, formatAge, nextAgeStep } from '../../format/age';

const tickMs = 5000;

/** Owns the ages that rows show; refreshes those that have come a step on by now, while in view. */
export class AgeTicker<T> implements Disposable {
  /** When the age of each row has to read differently. */
  private readonly due = new Map<T, number>();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly refresh: (row: T) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** The age of a row that is about to be shown; with what is left of it where it goes by itself. */
  show(row: T, created: number, expiresAt?: number): string {
    const now = this.now();
    const age = formatAge(created, now);
    const left = expiresAt === undefined ? undefined : countdown(expiresAt, now);
    this.due.set(row, Math.min(nextAgeStep(created, now), left?.next ?? Infinity));
    return left ? `${age} · ${left.text}` : age;
  }

  /** Something of the row counts down, so that it has to be told anew at every turn. */
  watch(row: T): void {
    this.due.set(row, -Infinity);
  }

  forget(row: T): void {
    this.due.delete(row);
  }

  clear(): void {
    this.due.clear();
  }

  setVisible(visible: boolean): void {
    clearInterval(this.timer);
    this.timer = visible ? setInterval(() => this.tick(), tickMs) : undefined;
  }

  dispose(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const now = this.now();
    for (const [row, due] of this.due) {
      if (due <= now) {
        this.refresh(row);
      }
    }
  }
}
