import type { RateLimit } from '../base/rateLimit';
import type { Entry } from '../model/entry';
import type { KvError } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';
import type { BulkRows } from '../operations/bulkResult';
import type { KeyTable } from './keyTable';

/** The bucket that entries are moved out of, as it was when the plan was made. */
export interface MovedFrom {
  readonly connection: KvConnection;
  readonly bucket: string;
  readonly bucketCreated: number;
}

export interface ImportRun {
  readonly signal: AbortSignal;
  readonly inFlight?: number;
  readonly rate?: RateLimit;
  /** Headers to store with every value, besides its own. */
  readonly headers?: Entry['headers'];
  /** Entries that have been dealt with. */
  readonly onProgress?: (done: number) => void;
  /** Told now and then: all entries of the source before it have been dealt with. */
  readonly onPosition?: (position: number) => void;
  /** Where entries are moved out of: each is deleted there once its copy is stored. */
  readonly from?: MovedFrom | undefined;
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number;
}

/** What became of the keys of an import. */
export interface ImportResult {
  readonly done: BulkRows<'done'>;
  readonly skipped: BulkRows<'skipped'>;
  readonly refused: BulkRows<'refused'>;
  readonly unknown: BulkRows<'unknown'>;
  /** Entries that needed nothing. */
  readonly same: number;
  /** Entries whose keys stay as they are. */
  readonly kept: number;
  /** Keys of the target that came by a move, with their revisions; undefined for a copy. */
  readonly moved: KeyTable | undefined;
  /** What ended the run before its end; undefined for one that was cancelled too. */
  readonly stoppedBy: KvError | undefined;
  /** Whether all of the source has been dealt with. */
  readonly isWhole: boolean;
  /** All entries of the source before it have been dealt with. */
  readonly position: number;
}
