export interface RingLimits {
  readonly maxEntries: number;
  /** Sum of the weights that are kept; the newest item stays whatever it weighs. */
  readonly maxBytes: number;
}

/**
 * Owns the newest items of a sequence, numbered from 0 on; changes only through `push`, `clear` and
 * `limit`. Older ones fall off when there are too many or they weigh too much. All in constant time.
 */
export class BoundedRing<T> {
  private slots: (T | undefined)[] = [];
  private bytes = 0;
  private firstSeq = 0;
  private nextSeq = 0;

  constructor(
    private limits: RingLimits,
    private readonly weigh: (item: T) => number,
  ) {}

  /** Number of the oldest item that is kept. */
  get first(): number {
    return this.firstSeq;
  }

  /** Number that the next item will get. */
  get next(): number {
    return this.nextSeq;
  }

  get size(): number {
    return this.nextSeq - this.firstSeq;
  }

  get(seq: number): T | undefined {
    return seq >= this.firstSeq && seq < this.nextSeq ? this.slots[this.slotOf(seq)] : undefined;
  }

  /** Adds an item. Returns how many fell off. */
  push(item: T): number {
    const fell = this.size === this.limits.maxEntries ? this.shift() : 0;
    this.slots[this.slotOf(this.nextSeq++)] = item;
    this.bytes += this.weigh(item);
    return fell + this.trim();
  }

  /** Removes all items; numbers go on. Returns how many there were. */
  clear(): number {
    const { size } = this;
    this.slots = [];
    this.bytes = 0;
    this.firstSeq = this.nextSeq;
    return size;
  }

  /** Sets other limits. Returns how many fell off. */
  limit(limits: RingLimits): number {
    const items = [...this.items()];
    this.limits = limits;
    const kept = items.slice(-limits.maxEntries);
    this.firstSeq = this.nextSeq - kept.length;
    this.slots = [];
    kept.forEach((item, at) => (this.slots[this.slotOf(this.firstSeq + at)] = item));
    this.bytes = kept.reduce((sum, item) => sum + this.weigh(item), 0);
    return items.length - kept.length + this.trim();
  }

  /** The items that are kept, oldest first. */
  *items(): Generator<T> {
    for (let seq = this.firstSeq; seq < this.nextSeq; seq++) {
      yield this.slots[this.slotOf(seq)] as T;
    }
  }

  private slotOf(seq: number): number {
    return seq % this.limits.maxEntries;
  }

  private trim(): number {
    let fell = 0;
    while (this.bytes > this.limits.maxBytes && this.size > 1) {
      fell += this.shift();
    }
    return fell;
  }

  private shift(): number {
    const slot = this.slotOf(this.firstSeq++);
    this.bytes -= this.weigh(this.slots[slot] as T);
    this.slots[slot] = undefined;
    return 1;
  }
}
