import type { Entry } from '../model/entry';

/** In a place of its own, so that the next one of a key takes one look-up. */
interface Known {
  entry: Entry;
}

/**
 * Owns the last known entry of each key, in about `maxBytes`. It fills one generation after the other
 * and forgets the one before the last: what was not used for that long goes, and nothing is moved.
 */
export class PreviousValues {
  private young = new Map<string, Known>();
  private old = new Map<string, Known>();
  /** What the young ones weigh. */
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** Remembers an entry. Returns the one of the same key that it takes the place of. */
  replace(entry: Entry): Entry | undefined {
    const known = this.young.get(entry.key);
    const previous = (known ?? this.old.get(entry.key))?.entry;
    if (known && previous) {
      this.bytes += entry.size - previous.size;
      known.entry = entry;
    } else {
      this.bytes += weight(entry);
      this.young.set(entry.key, { entry });
    }
    if (this.bytes > this.maxBytes / 2) {
      this.old = this.young;
      this.young = new Map();
      this.bytes = 0;
    }
    return previous;
  }

  clear(): void {
    this.young.clear();
    this.old.clear();
    this.bytes = 0;
  }
}

function weight({ key, size }: Entry): number {
  return 2 * key.length + size + 300;
}
