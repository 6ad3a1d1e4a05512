/** How long VS Code is left alone for each row that it had to build, in milliseconds, and at most. */
interface Rest {
  readonly perRow: number;
  readonly most: number;
}

const usual: Rest = { perRow: 10, most: 1_000 };
/**
 * VS Code keeps a few hundred bytes of every row that it builds until it ends: of a few rows a second they add up to
 * nothing. Nobody who only looks on sees a tree that is older than the most.
 */
const lasting: Rest = { perRow: 300, most: 5_000 };
/** Rows that are built at the usual pace before the lasting one, which lets as many of them be forgotten. */
const rowsAtOnce = 3_000;
/** More than that are not remembered, so that a minute or two of calm are enough. */
const mostLately = rowsAtOnce + 300;
/** How long somebody is taken to look at the view that did something in it. */
const attentionMs = 10_000;

/**
 * Owns how many rows VS Code had to build, after the last refresh and lately; changes only through its
 * methods. Whoever refreshes because of what others do waits the longer the more rows that were: a level of
 * hundreds of rows is not built anew for each key that comes and goes, and what goes on for hours with
 * nobody at the view is shown in larger steps than what begins.
 */
export class RowPace {
  private refreshedAt = -Infinity;
  private rows = 0;
  private lately = 0;
  private countedAt = -Infinity;
  private attendedUntil = -Infinity;

  constructor(private readonly now: () => number = Date.now) {}

  /** How many milliseconds the next refresh has to wait; undefined when it may go at once. */
  get patience(): number | undefined {
    const now = this.now();
    const isLasting = this.lately > rowsAtOnce && now >= this.attendedUntil;
    const { perRow, most } = isLasting ? lasting : usual;
    const left = this.refreshedAt + Math.min(most, this.rows * perRow) - now;
    return left > 0 ? left : undefined;
  }

  refreshed(): void {
    this.refreshedAt = this.now();
    this.rows = 0;
  }

  built(): void {
    const now = this.now();
    const forgotten = (now - this.countedAt) / lasting.perRow;
    this.lately = Math.min(mostLately, Math.max(0, this.lately - forgotten) + 1);
    this.countedAt = now;
    this.rows++;
  }

  /** Somebody did something in the view: it follows at the usual pace for a while. */
  attended(): void {
    this.attendedUntil = this.now() + attentionMs;
  }
}
