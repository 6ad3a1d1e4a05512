import { delay } from './delay';

/** Owns when the next of many may begin; changes only through `turn`. What was not used is not saved up. */
export class RateLimit {
  private next = 0;

  /** `perSecond`: how many may begin in a second; 0 for any number. `now`: milliseconds that only grow. */
  constructor(
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
    private readonly wait: typeof delay = delay,
  ) {}

  /** Resolves when it is one's turn, or at once when the signal aborts; it never rejects. */
  async turn(signal?: AbortSignal): Promise<void> {
    if (this.perSecond <= 0) {
      return;
    }
    const now = this.now();
    const start = Math.max(now, this.next);
    this.next = start + 1000 / this.perSecond;
    if (start > now) {
      await this.wait(start - now, signal);
    }
  }
}
