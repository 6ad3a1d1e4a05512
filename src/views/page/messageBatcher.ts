import type { Disposable } from '../../kv/base/event';
import { batchMs, type Batch } from './batch';

/**
 * Owns what waits to be sent; changes only through `send`. A message of a kind takes the place of an
 * earlier one of the same `slot`, the first goes at once, and then no more than one batch in 100 ms. None
 * goes before the last one has arrived: a page that does not keep up gets what is true by then, where
 * VS Code would keep batch after batch for it.
 */
export class MessageBatcher<Message> implements Disposable {
  private readonly waiting = new Map<string, () => Message | undefined>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastSent = -Infinity;
  /** The batch that has not arrived yet. */
  private underWay: Batch<Message> | undefined;

  constructor(
    /** Resolves when the page has the batch, or will never have it. */
    private readonly post: (batch: Batch<Message>) => PromiseLike<unknown>,
    private readonly now: () => number,
  ) {}

  /** Sends what `make` gives when its turn has come; nothing if that is undefined. */
  send(slot: string, make: () => Message | undefined): void {
    this.waiting.set(slot, make);
    this.schedule();
  }

  /** Forgets what waits, and what is under way to a page that is gone. */
  reset(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.underWay = undefined;
    this.waiting.clear();
  }

  dispose(): void {
    this.reset();
  }

  private schedule(): void {
    if (this.timer === undefined && this.underWay === undefined && this.waiting.size > 0) {
      const wait = Math.max(0, this.lastSent + batchMs - this.now());
      this.timer = setTimeout(() => this.flush(), wait);
    }
  }

  private flush(): void {
    this.timer = undefined;
    if (this.underWay) {
      return;
    }
    this.lastSent = this.now();
    const makers = [...this.waiting.values()];
    this.waiting.clear();
    const messages = makers.map((make) => make()).filter((message) => message !== undefined);
    if (messages.length > 0) {
      this.postInTurn({ messages });
    }
    this.schedule();
  }

  private postInTurn(batch: Batch<Message>): void {
    const arrived = (): void => {
      if (this.underWay === batch) {
        this.underWay = undefined;
        this.schedule();
      }
    };
    this.underWay = batch;
    // What went wrong is told by whoever posts.
    this.post(batch).then(arrived, arrived);
  }
}
