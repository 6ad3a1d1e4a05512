/** A key that was found, by its id in the corpus. */
export interface RankedId {
  readonly id: number;
  readonly score: number;
  /** Of the key, in UTF-16 units. */
  readonly length: number;
}

/**
 * Owns the best of the keys found so far, at most `limit`; changes only through `add`. Better is a
 * higher score, then a shorter key, then the one that came first.
 */
export class BestMatches {
  private readonly ranked: RankedId[] = [];

  constructor(private readonly limit: number) {}

  get all(): readonly RankedId[] {
    return this.ranked;
  }

  /** Whether a key of this length could be among the best with at most this score. */
  hasRoomFor(score: number, length: number): boolean {
    const last = this.ranked[this.limit - 1];
    return !last || score > last.score || (score === last.score && length < last.length);
  }

  add(match: RankedId): void {
    let low = 0;
    let high = this.ranked.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.ranked[middle];
      if (other && compareRanks(other, match) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    this.ranked.splice(low, 0, match);
    if (this.ranked.length > this.limit) {
      this.ranked.pop();
    }
  }
}

/** Below 0 when `a` is better. */
function compareRanks(a: RankedId, b: RankedId): number {
  return b.score - a.score || a.length - b.length || a.id - b.id;
}
