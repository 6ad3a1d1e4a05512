import type { Entry } from '../model/entry';

/** Of values that are kept to be shown. */
const mostBytes = 16 * 1024 * 1024;
const mostEntries = 4_000;

/**
 * Owns the entries that were read to be shown, by their keys; changes only through its methods. What
 * was used longest ago goes first, so that it never holds more than 16 MiB or 4,000 of them.
 */
export class ValueCache {
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  get(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (entry) {
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
    return entry;
  }

  put(entry: Entry): void {
    this.drop(entry.key);
    this.entries.set(entry.key, entry);
    this.bytes += entry.value.length;
    for (const key of this.entries.keys()) {
      if (this.bytes <= mostBytes && this.entries.size <= mostEntries) {
        return;
      }
      this.drop(key);
    }
  }

  clear(): void {
    this.entries.clear();
    this.bytes = 0;
  }

  private drop(key: string): void {
    this.bytes -= this.entries.get(key)?.value.length ?? 0;
    this.entries.delete(key);
  }
}
