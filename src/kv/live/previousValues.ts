import type { Entry } from '../entry';

/** Owns the last known entry of each key, the ones used longest ago forgotten above `maxBytes`. */
export class PreviousValues {
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** Remembers an entry. Returns the one of the same key that it takes the place of. */
  replace(entry: Entry): Entry | undefined {
    const previous = this.entries.get(entry.key);
    if (previous) {
      this.bytes -= weight(previous);
      // Deleted first, so that the key moves to the end: the map is in the order of use.
      this.entries.delete(entry.key);
    }
    this.entries.set(entry.key, entry);
    this.bytes += weight(entry);
    if (this.bytes > this.maxBytes) {
      this.forgetOldest();
    }
    return previous;
  }

  clear(): void {
    this.entries.clear();
    this.bytes = 0;
  }

  private forgetOldest(): void {
    for (const [key, entry] of this.entries) {
      if (this.bytes <= this.maxBytes) {
        return;
      }
      this.entries.delete(key);
      this.bytes -= weight(entry);
    }
  }
}

function weight({ key, size }: Entry): number {
  return 2 * key.length + size + 300;
}
