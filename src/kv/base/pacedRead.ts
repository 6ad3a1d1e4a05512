import type { Disposable } from './event';

/** How a read ended that did not throw: whether it has to be made again by itself. */
export type ReadEnd = 'done' | 'again';

export interface Pacing {
  /** The least time between two reads, in milliseconds. */
  readonly intervalMs: number;
  /** Waits before what ended in 'again' or failed is tried again; the last one from then on. */
  readonly retryDelaysMs: readonly number[];
}

/**
 * Owns the turns of one read: one at a time, not more often than its interval, once more when it was
 * asked for meanwhile, and with back-off for as long as it does not succeed. Changes only through
 * `soon`. `failed` is told of each failure, which is tried again.
 */
export class PacedRead implements Disposable {
  private turn: 'none' | 'running' | 'runningAgain' = 'none';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private tries = 0;
  private disposed = false;

  constructor(
    private readonly read: () => Promise<ReadEnd>,
    private readonly failed: (error: unknown) => void,
    private readonly pacing: Pacing,
  ) {}

  /** Reads now, or as soon as the interval allows. */
  soon(): void {
    if (this.disposed) {
      return;
    }
    if (this.turn === 'none') {
      this.turn = 'running';
      void this.run();
    } else {
      this.turn = 'runningAgain';
    }
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    const end = await this.tryRead();
    if (this.disposed) {
      return;
    }
    const { intervalMs, retryDelaysMs } = this.pacing;
    const isDone = end === 'done';
    const wait = isDone
      ? intervalMs
      : (retryDelaysMs[Math.min(this.tries, retryDelaysMs.length - 1)] ?? intervalMs);
    this.tries = isDone ? 0 : this.tries + 1;
    this.timer = setTimeout(() => {
      const isWanted = this.turn === 'runningAgain' || !isDone;
      this.turn = 'none';
      if (isWanted) {
        this.soon();
      }
    }, wait);
  }

  private async tryRead(): Promise<ReadEnd> {
    try {
      return await this.read();
    } catch (error) {
      this.failed(error);
      return 'again';
    }
  }
}
