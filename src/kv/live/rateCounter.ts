/** Seconds that are remembered. */
const rateSeconds = 300;

/** Owns the number of changes in each of the last 300 seconds; changes only through `add`. */
export class RateCounter {
  private readonly counts = new Uint32Array(rateSeconds);
  private last = 0;

  /** Counts at a time in milliseconds; times may not go back by more than what is remembered. */
  add(count: number, at: number): void {
    const second = Math.floor(at / 1000);
    this.moveTo(second);
    const slot = second % rateSeconds;
    this.counts[slot] = (this.counts[slot] ?? 0) + count;
  }

  /** Counts by second, oldest first; the last one is the second that `now` is in. */
  series(now: number): number[] {
    const second = Math.floor(now / 1000);
    this.moveTo(second);
    return Array.from(this.counts, (_, at) => this.counts[(second + 1 + at) % rateSeconds] ?? 0);
  }

  /** Changes in the last full second. */
  rate(now: number): number {
    const second = Math.floor(now / 1000);
    this.moveTo(second);
    return this.counts[(second - 1) % rateSeconds] ?? 0;
  }

  private moveTo(second: number): void {
    const from = Math.max(this.last + 1, second - rateSeconds + 1);
    for (let at = from; at <= second; at++) {
      this.counts[at % rateSeconds] = 0;
    }
    this.last = Math.max(this.last, second);
  }
}
