import type { Disposable } from '../../kv/base/event';
import { batchMs, type Batch } from './batch';

/**
 * Owns what waits to be sent; changes only through `send`. A message of a kind takes the place of an
 * earlier one of the same `slot`, the first goes at once, and then no more than one batch in 100 ms.
 */
export class MessageBatcher<Message> implements Disposable {
  private readonly waiting = new Map<string, () => Message | undefined>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastSent = -Infinity;

  constructor(
    private readonly post: (batch: Batch<Message>) => void,
    private readonly now: () => number,
  ) {}

  /** Sends what `make` gives when its turn has come; nothing if that is undefined. */
  send(slot: string, make: () => Message | undefined): void {
    this.waiting.set(slot, make);
    if (this.timer === undefined) {
      const wait = Math.max(0, this.lastSent + batchMs - this.now());
      this.timer = setTimeout(() => this.flush(), wait);
    }
  }

  /** Forgets what waits. */
  reset(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting.clear();
  }

  dispose(): void {
    this.reset();
  }

  private flush(): void {
    this.timer = undefined;
    this.lastSent = this.now();
    const makers = [...this.waiting.values()];
    this.waiting.clear();
    const messages = makers.map((make) => make()).filter((message) => message !== undefined);
    if (messages.length > 0) {
      this.post({ messages });
    }
  }
}
