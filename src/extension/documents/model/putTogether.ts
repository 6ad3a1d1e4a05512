import type { BatchChange } from '../../../kv/model/batch';
import type { WriteOutcome } from '../../../kv/model/entry';
import type { KvConnection } from '../../../kv/model/kvConnection';

/** What one editor's save writes of several that are written together. */
export interface SharedPut {
  readonly connection: KvConnection;
  readonly change: BatchChange;
  /** When the bucket was created that `change.expected` is a revision of, as far as that is known. */
  readonly bucketCreated: number | undefined;
}

/**
 * Writes together with the other saves of a round, all of them or none. Gives what became of this one,
 * and throws a `KvError` where it was not written because of another.
 */
export type PutTogether = (put: SharedPut) => Promise<WriteOutcome>;
