import type { BucketStatus } from '../model/bucket';

/** How much was written between two readings of a bucket. */
export interface RatePoint {
  /** When the later one was, in milliseconds since the epoch. */
  readonly at: number;
  readonly perMinute: number;
}

/** At a reading each five seconds, a quarter of an hour. */
const mostPoints = 180;
/** Readings that are nearer than this tell nothing of a minute. */
const leastMs = 1_000;

/**
 * Owns the pace at which a bucket is written, by the revisions that were given between two readings:
 * exact, and without following the bucket. Changes only through `add` and `clear`.
 */
export class ChangeRates {
  private readonly kept: RatePoint[] = [];
  private last: { readonly at: number; readonly revision: number } | undefined;
  private first: { readonly at: number; readonly revision: number } | undefined;

  /** Oldest first. */
  get points(): readonly RatePoint[] {
    return this.kept;
  }

  /** Revisions since the first reading, and since when that is; undefined before there are two. */
  get total(): { readonly changes: number; readonly since: number } | undefined {
    const { first, last } = this;
    return first && last && last.at > first.at
      ? { changes: last.revision - first.revision, since: first.at }
      : undefined;
  }

  /** `at`: when it was read, where the server does not tell its own time. */
  add({ lastRevision, asOf }: Pick<BucketStatus, 'lastRevision' | 'asOf'>, at: number): void {
    const time = asOf ?? at;
    const { last } = this;
    // A store that lost its end gives revisions again.
    if (!last || lastRevision < last.revision) {
      this.clear();
      this.first = { at: time, revision: lastRevision };
      this.last = this.first;
      return;
    }
    const passed = time - last.at;
    if (passed < leastMs) {
      return;
    }
    this.kept.push({ at: time, perMinute: ((lastRevision - last.revision) * 60_000) / passed });
    this.kept.splice(0, this.kept.length - mostPoints);
    this.last = { at: time, revision: lastRevision };
  }

  clear(): void {
    this.kept.length = 0;
    this.last = undefined;
    this.first = undefined;
  }
}
