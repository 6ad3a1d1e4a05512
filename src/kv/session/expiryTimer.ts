import { isLive, type Entry } from '../model/entry';
import type { Disposable } from '../base/event';

/** The server removes what has expired a moment later, and clocks differ: it is looked for some times. */
const looks = [250, 1_000, 2_000, 4_000, 8_000, 16_000];

/** The longest that a timer waits; it would fire at once for more. */
const longestMs = 2 ** 31 - 1;

/**
 * Owns when a value expires; changes only through `follow`. Has it looked at when that is, for a
 * bucket without markers tells nobody.
 */
export class ExpiryTimer implements Disposable {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private entry: Entry | undefined;
  private looked = 0;

  /** `bucketTtl`: the age at which the bucket lets go of every value, 0 for never or not known. */
  constructor(
    private readonly bucketTtl: () => number,
    private readonly look: () => void,
  ) {}

  /** When the value goes, in milliseconds since the epoch; undefined when never, as far as is known. */
  get at(): number | undefined {
    return this.entry && expiryOf(this.entry, this.bucketTtl());
  }

  /** Takes the entry that is on the server now, or that there is none. */
  follow(entry: Entry | undefined): void {
    if (entry?.revision !== this.entry?.revision) {
      this.looked = 0;
    }
    clearTimeout(this.timer);
    this.entry = entry && isLive(entry) ? entry : undefined;
    const { at } = this;
    const wait = looks[this.looked];
    if (at !== undefined && wait !== undefined) {
      const due = Math.max(at, Date.now()) + wait - Date.now();
      this.timer = setTimeout(
        () => {
          this.looked += Date.now() >= at ? 1 : 0;
          this.look();
        },
        Math.min(due, longestMs),
      );
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}

/** When an entry expires by its own TTL, or by that of its bucket; undefined when never. */
function expiryOf({ ttl, created }: Entry, bucketTtl: number): number | undefined {
  if (ttl === 'never') {
    return undefined;
  }
  const life = ttl ?? bucketTtl;
  return life > 0 ? created + life : undefined;
}
