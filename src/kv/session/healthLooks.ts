import type { Disposable } from '../base/event';
import { healthName } from '../health/bucketHealth';
import type { BucketList, BucketsState } from './bucketList';

/** Waits before the list is looked at again in which a bucket has just become unhealthy, in milliseconds. */
const secondLooks = [2_000, 5_000, 15_000];

/**
 * Owns the second looks at a list of buckets of which some are not well: an election takes a moment, and
 * replicas of a new leader are behind for one. A few looks at the whole list follow each change of what
 * is unhealthy, however many buckets it is about. Changes only through what the list tells.
 */
export class HealthLooks implements Disposable {
  private seen = '';
  private looks = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly subscription: Disposable;

  constructor(private readonly list: Pick<BucketList, 'state' | 'look'>) {
    this.subscription = list.state.onDidChange((state) => this.changed(state));
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscription.dispose();
  }

  private changed(state: BucketsState): void {
    const unhealthy = unhealthyOf(state);
    if (unhealthy !== this.seen) {
      this.seen = unhealthy;
      this.looks = 0;
      this.lookLater();
    }
  }

  private lookLater(): void {
    clearTimeout(this.timer);
    const wait = this.seen === '' ? undefined : secondLooks[this.looks++];
    if (wait !== undefined) {
      this.timer = setTimeout(() => void this.lookOn(), wait);
    }
  }

  private async lookOn(): Promise<void> {
    const { looks } = this;
    await this.list.look();
    // A change of what is unhealthy has begun anew.
    if (looks === this.looks) {
      this.lookLater();
    }
  }
}

function unhealthyOf(state: BucketsState): string {
  const buckets = state.kind === 'loaded' ? state.buckets : [];
  return buckets
    .map((status) => [status.name, healthName(status)])
    .filter(([, health]) => health !== '')
    .join('\n');
}
