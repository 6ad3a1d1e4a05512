import { BoundedRing, type RingLimits } from './boundedRing';
import { weightOf, type LiveChange } from './liveChange';

/** What became of every change: `received` is always the sum of the others. */
export interface LiveCounts {
  readonly received: number;
  /** In the log now. */
  readonly kept: number;
  /** Waiting for the end of a pause. */
  readonly held: number;
  /** Pushed out by newer ones. */
  readonly fellOff: number;
  /** Removed by `clear`, or with a watch that was stopped while it was paused. */
  readonly cleared: number;
}

/**
 * Owns the changes of all watches in the order of their arrival; changes only through its methods.
 * What a paused watch tells is held back, just as bounded, and joins the others when it goes on.
 */
export class LiveLog {
  private readonly ring: BoundedRing<LiveChange>;
  private readonly held = new Map<number, BoundedRing<LiveChange>>();
  private received = 0;
  private fellOff = 0;
  private cleared = 0;

  constructor(private limits: RingLimits) {
    this.ring = new BoundedRing(limits, weightOf);
  }

  get counts(): LiveCounts {
    const { received, fellOff, cleared } = this;
    let held = 0;
    this.held.forEach(({ size }) => (held += size));
    return { received, kept: this.ring.size, held, fellOff, cleared };
  }

  /** Number of the oldest change that is kept; numbers rise by one. */
  get first(): number {
    return this.ring.first;
  }

  /** Number that the next change will get. */
  get next(): number {
    return this.ring.next;
  }

  get(seq: number): LiveChange | undefined {
    return this.ring.get(seq);
  }

  append(change: LiveChange): void {
    this.received++;
    this.fellOff += (this.held.get(change.watch) ?? this.ring).push(change);
  }

  /** Counts changes that were found and not read, since they would have fallen off at once. */
  skip(count: number): void {
    this.received += count;
    this.fellOff += count;
  }

  isPaused(watch: number): boolean {
    return this.held.has(watch);
  }

  /** How many changes of a paused watch wait. */
  heldOf(watch: number): number {
    return this.held.get(watch)?.size ?? 0;
  }

  pause(watch: number): void {
    if (!this.held.has(watch)) {
      this.held.set(watch, new BoundedRing(this.limits, weightOf));
    }
  }

  /** Ends a pause: what was held back follows what is in the log. */
  resume(watch: number): void {
    const held = this.held.get(watch);
    this.held.delete(watch);
    for (const change of held?.items() ?? []) {
      this.fellOff += this.ring.push(change);
    }
  }

  /** A watch has ended: what it held back goes, what is in the log stays. */
  forget(watch: number): void {
    this.cleared += this.heldOf(watch);
    this.held.delete(watch);
  }

  clear(): void {
    this.cleared += this.ring.clear();
    this.held.forEach((held) => (this.cleared += held.clear()));
  }

  limit(limits: RingLimits): void {
    this.limits = limits;
    this.fellOff += this.ring.limit(limits);
    this.held.forEach((held) => (this.fellOff += held.limit(limits)));
  }
}
