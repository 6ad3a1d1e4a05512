/** What a row that VS Code has to build costs, in milliseconds of rest before it builds the next ones. */
const restPerRow = 10;
const longestRest = 1_000;

/**
 * Owns how many rows VS Code had to build after the last refresh; changes only through `refreshed` and
 * `built`. Whoever refreshes because of what others do waits the longer the more rows that were: a
 * level of hundreds of rows is not built anew for each key that comes and goes.
 */
export class RowPace {
  private refreshedAt = -Infinity;
  private rows = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** How many milliseconds the next refresh has to wait; undefined when it may go at once. */
  get patience(): number | undefined {
    const rest = Math.min(longestRest, this.rows * restPerRow);
    const left = this.refreshedAt + rest - this.now();
    return left > 0 ? left : undefined;
  }

  refreshed(): void {
    this.refreshedAt = this.now();
    this.rows = 0;
  }

  built(): void {
    this.rows++;
  }
}
