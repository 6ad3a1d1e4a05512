import type { BucketLook } from './bucketLooks';

/** What an index has of its bucket. */
export interface AuditedIndex {
  /** Its live keys; undefined where it holds a part of the bucket only. */
  readonly count: number | undefined;
  /** The last revision that its watch has told. */
  readonly told: number | undefined;
}

/** The least time between two listings for keys that have certainly gone; longer while none is found. */
const shortPauseMs = 2_000;
const longestPauseMs = 900_000;
/** The same for what deleted keys that are put again look like too. */
const doubtPauseMs = 60_000;
/** A listing may take this part of the time, and where there is no more than a doubt a fifth of it. */
const timesItsLength = 10;

/**
 * Owns what speaks for an index having keys that its bucket has no more; changes only through its
 * methods. A bucket tells how many subjects it has: live keys, and deleted ones, of which the index may
 * not know. Without a removal that nobody tells of, that number never falls, and never below the keys.
 */
export class KeyAudit {
  private suspicion: 'none' | 'doubt' | 'certain' = 'none';
  /** Subjects that no live key stands for. */
  private hidden: number | undefined;
  private lastRevision: number | undefined;
  private listedAt = -Infinity;
  private tookMs = 0;
  private pauseMs = shortPauseMs;

  /** Takes in a look at the bucket. Tells whether it has to be listed again now. */
  look({ status, lost }: BucketLook, { count, told = 0 }: AuditedIndex): boolean {
    const { subjects, values, lastRevision } = status;
    // The last messages may be under other subjects, of which the watch does not tell.
    const isAbreast = told === lastRevision || lastRevision === this.lastRevision;
    this.lastRevision = lastRevision;
    // Old servers do not tell the number.
    const isCounted = count !== undefined && (subjects > 0 || values === 0);
    const hidden = isCounted && isAbreast ? subjects - count : undefined;
    if (lost || (isCounted && told <= lastRevision && subjects < count)) {
      this.suspicion = 'certain';
    } else if (this.suspicion === 'none' && hidden !== undefined && hidden < (this.hidden ?? 0)) {
      this.suspicion = 'doubt';
    }
    this.hidden = hidden ?? this.hidden;
    return performance.now() - this.listedAt >= this.pause;
  }

  /** The bucket has been listed; `found` says whether the index had keys that it has no more. */
  listed(found: boolean, tookMs: number): void {
    if (this.suspicion === 'certain') {
      this.pauseMs = found ? shortPauseMs : Math.min(longestPauseMs, this.pauseMs * 2);
    }
    this.suspicion = 'none';
    this.hidden = undefined;
    this.listedAt = performance.now();
    this.tookMs = tookMs;
  }

  private get pause(): number {
    switch (this.suspicion) {
      case 'none':
        return Infinity;
      case 'doubt':
        return Math.max(doubtPauseMs, 5 * timesItsLength * this.tookMs);
      case 'certain':
        return Math.max(this.pauseMs, timesItsLength * this.tookMs);
    }
  }
}
