/**
 * Owns the items between a fast producer and a slow consumer, cut in batches: a full one is handed
 * over at once, a started one after a moment. `onDrained` is called when nothing is left to take.
 */
export class BatchQueue<T> {
  private readonly ready: T[][] = [];
  private current: T[] = [];
  private timer: NodeJS.Timeout | undefined;
  private wake: () => void = () => undefined;
  private outcome: { readonly error?: Error } | undefined;

  constructor(
    private readonly options: {
      readonly size: number;
      readonly maxWaitMs: number;
      onDrained(): void;
    },
  ) {}

  /** True when every full batch has been taken. */
  get isDrained(): boolean {
    return this.ready.length === 0;
  }

  push(item: T): void {
    if (this.outcome) {
      return;
    }
    this.current.push(item);
    if (this.current.length >= this.options.size) {
      this.cut();
    } else {
      this.timer ??= setTimeout(() => this.cut(), this.options.maxWaitMs);
    }
  }

  /** No more items will come: `take` hands out what is left, then undefined. */
  end(): void {
    this.outcome ??= {};
    this.cut();
  }

  /** Drops what has not been taken: `take` throws. */
  fail(error: Error): void {
    this.outcome ??= { error };
    this.ready.length = 0;
    this.current = [];
    this.cut();
  }

  /** The next batch, or undefined after the last. */
  async take(): Promise<readonly T[] | undefined> {
    while (this.ready.length === 0 && !this.outcome) {
      this.options.onDrained();
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    if (this.outcome?.error) {
      throw this.outcome.error;
    }
    return this.ready.shift();
  }

  private cut(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.current.length > 0) {
      this.ready.push(this.current);
      this.current = [];
    }
    this.wake();
  }
}
