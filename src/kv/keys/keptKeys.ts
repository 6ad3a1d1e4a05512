import type { KeyTrees } from './tree/keyTrees';

/** The keys of a bucket as they were when its link went, complete up to revision `last`. */
export interface KeptKeys {
  readonly trees: KeyTrees;
  /** When the bucket was created: another one of its name has other keys. */
  readonly created: number;
  readonly last: number;
}

/** Keys kept at most, of all buckets together: some 70 bytes each. */
const mostKeys = 1_500_000;

/**
 * Owns the keys of one server's buckets while there is no link to it, so that they are in view at
 * once when there is one again; changes only through its methods. What was kept longest goes first.
 */
export class KeyShelf {
  private readonly kept = new Map<string, KeptKeys>();

  put(bucket: string, keys: KeptKeys): void {
    this.kept.delete(bucket);
    this.kept.set(bucket, keys);
    let total = 0;
    for (const [name, { trees }] of [...this.kept].reverse()) {
      total += trees.present.count('');
      if (total > mostKeys) {
        this.kept.delete(name);
      }
    }
  }

  /** What was kept of a bucket, which is the taker's from then on. */
  take(bucket: string): KeptKeys | undefined {
    const keys = this.kept.get(bucket);
    this.kept.delete(bucket);
    return keys;
  }
}
