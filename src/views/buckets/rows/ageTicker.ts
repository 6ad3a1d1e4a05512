import type { Disposable } from '../../../kv/base/event';
import { nextAgeStep, shownAge, timeUntil, ttlText } from '../../format/age';
import { everyTick, tickOf } from '../../format/clock';

/** How old a row is, and how long it will be there, in words. */
export interface RowAge {
  readonly age: string;
  /** Undefined for what does not go by itself. */
  readonly left: string | undefined;
}

/** Owns the ages that rows show; refreshes those that have come a step on by now, while in view. */
export class AgeTicker<T> implements Disposable {
  /** When the age of each row has to read differently. */
  private readonly due = new Map<T, number>();
  private ticks: Disposable | undefined;

  constructor(
    private readonly refresh: (row: T) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** The age of a row that is about to be shown; what is left of it where it goes by itself. */
  show(row: T, created: number, expiresAt?: number): RowAge {
    const now = this.now();
    const next = expiresAt === undefined ? Infinity : timeUntil(expiresAt, now).next;
    this.due.set(row, Math.min(nextAgeStep(created, now), next));
    return {
      age: shownAge(created, now),
      left: expiresAt === undefined ? undefined : ttlText(expiresAt, now),
    };
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
    this.ticks?.dispose();
    this.ticks = visible ? everyTick(() => this.tick()) : undefined;
  }

  dispose(): void {
    this.ticks?.dispose();
  }

  private tick(): void {
    const now = tickOf(this.now());
    for (const [row, due] of this.due) {
      if (due <= now) {
        this.refresh(row);
      }
    }
  }
}
