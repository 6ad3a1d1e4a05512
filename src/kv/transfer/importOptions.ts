import type { KeyMapping } from './keyMapping';

/**
 * What becomes of keys that have a value already. `create`: there must be none, or nothing is
 * written at all. `skip`: they stay. `overwrite`: they get the value of the source. `mirror`: that
 * too, and keys that the source does not have are deleted.
 */
export type ImportMode = 'create' | 'skip' | 'overwrite' | 'mirror';

export interface ImportOptions {
  readonly mode: ImportMode;
  readonly mapping: KeyMapping;
  /**
   * TTLs of values: counted anew, left out, or ending when they would have ended at the source (for a
   * source that knows when its values were stored).
   */
  readonly ttl: 'keep' | 'drop' | 'rest';
}

/** An import that was begun, for going on with it: nothing of the values is in it. */
export interface ImportProgress {
  /** Entries of the source that have all been dealt with, from its start. */
  readonly position: number;
  /** The last revision of the bucket when the plan was made: what is later, somebody wrote since. */
  readonly planned: number;
  readonly bucketCreated: number;
}
