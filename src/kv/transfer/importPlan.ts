import type { BucketStatus } from '../model/bucket';
import type { KvConnection } from '../model/kvConnection';
import type { ImportOptions, ImportProgress } from './importOptions';
import type { TransferRows } from './importRows';
import type { KeyTable } from './keyTable';
import type { TransferSource } from './source';
import type { Limits } from './whatBucketTakes';

/** What an import would do: nothing has been written yet. */
export interface ImportPlan {
  readonly connection: KvConnection;
  readonly bucket: string;
  readonly status: BucketStatus;
  readonly source: TransferSource;
  readonly options: ImportOptions;
  readonly fingerprint: string;
  readonly limits: Limits;
  /** Revision and marks of every key of the bucket and of the source. */
  readonly table: KeyTable;
  readonly created: TransferRows;
  readonly overwritten: TransferRows;
  readonly deleted: TransferRows;
  /** Deleted since the source does not have them. */
  readonly mirrored: TransferRows;
  readonly same: TransferRows;
  /** Left, since they have a value. */
  readonly left: TransferRows;
  readonly refused: TransferRows;
  /** Items of the source that tell no entry: which keys are missing in it is not known then. */
  readonly unreadable: number;
  /** Keys that do not begin with what is to be left out. */
  readonly outside: number;
  /** More versions of keys that are written already. */
  readonly versions: number;
  /** Values with a TTL, and markers of values that expired, which are written as deletions. */
  readonly withTtl: number;
  readonly expired: number;
  /** Entries of the source. */
  readonly entries: number;
  /** Bytes that are written. */
  readonly bytes: number;
  /** Entries from the start of the source that an earlier run has dealt with. */
  readonly done: number;
  /** The last revision of the bucket when the plan, or the one that is gone on with, was made. */
  readonly planned: number;
}

export interface PlanImportOptions {
  readonly signal: AbortSignal;
  /** Goes on with an import that was begun. */
  readonly resumed?: ImportProgress | undefined;
  /** Names of headers that are written besides those of the source. */
  readonly addedHeaders?: readonly string[];
  readonly onProgress?: (entries: number) => void;
}
