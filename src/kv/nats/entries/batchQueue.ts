/** What is cut into batches while it is filled. */
export interface Batch {
  readonly length: number;
  readonly isFull: boolean;
}

/**
 * Owns the batches between a fast producer and a slow consumer: a full one is handed over at once, a
 * started one after a moment. `onDrained` is called when nothing is left to take.
 */
export class BatchQueue<B extends Batch> {
  private readonly ready: B[] = [];
  private current: B;
  private timer: NodeJS.Timeout | undefined;
  private wake: () => void = () => undefined;
  private outcome: { readonly error?: Error } | undefined;

  constructor(
    private readonly options: {
      newBatch(): B;
      readonly maxWaitMs: number;
      onDrained(): void;
    },
  ) {
    this.current = options.newBatch();
  }

  /** True when every full batch has been taken. */
  get isDrained(): boolean {
    return this.ready.length === 0;
  }

  /** The batch to add to; say by `added` when that is done. */
  get open(): B {
    return this.current;
  }

  added(): void {
    if (this.current.isFull) {
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
    this.cut();
  }

  /** The next batch, or undefined after the last. */
  async take(): Promise<B | undefined> {
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
      this.current = this.options.newBatch();
    }
    this.wake();
  }
}
