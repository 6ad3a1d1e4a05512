import type { BucketStatus } from '../model/bucket';

/** How much a bucket has grown since it was first seen. */
export interface Growth {
  readonly bytes: number;
  readonly changes: number;
  /** When it was first seen, in milliseconds since the epoch. */
  readonly since: number;
}

interface FirstSeen {
  readonly created: number;
  readonly size: number;
  readonly lastRevision: number;
  readonly at: number;
}

/**
 * Owns what each bucket was like when it was first seen; changes only through `see`. One that was made
 * anew begins anew, and so does one whose store lost its end.
 */
export class BucketGrowth {
  private readonly first = new Map<string, FirstSeen>();
  private begun: number | undefined;

  /** When it was first looked at all, in milliseconds since the epoch. */
  get since(): number | undefined {
    return this.begun;
  }

  see(buckets: readonly BucketStatus[], at: number): void {
    this.begun ??= at;
    const names = new Set(buckets.map(({ name }) => name));
    [...this.first.keys()]
      .filter((name) => !names.has(name))
      .forEach((name) => this.first.delete(name));
    for (const { name, created, size, lastRevision } of buckets) {
      const known = this.first.get(name);
      if (known?.created !== created || known.lastRevision > lastRevision) {
        this.first.set(name, { created, size, lastRevision, at });
      }
    }
  }

  /** Undefined for a bucket that was not seen. */
  of({ name, size, lastRevision }: BucketStatus): Growth | undefined {
    const first = this.first.get(name);
    return (
      first && {
        bytes: size - first.size,
        changes: lastRevision - first.lastRevision,
        since: first.at,
      }
    );
  }

  clear(): void {
    this.first.clear();
    this.begun = undefined;
  }
}
