import { t } from '../base/l10n';
import type { BucketStatus } from '../model/bucket';
import type { KeyInfo } from '../model/entry';
import { isKvError, KvError, throwIfCancelled } from '../model/errors';
import type { KvConnection, ListOptions } from '../model/kvConnection';
import { isStoredBy, type Moment } from '../model/moment';
import { AsOfRows, type AsOfState } from './asOfRows';

/** Which keys, and when. */
export interface AsOfQuery {
  readonly moment: Moment;
  /** A subject filter below the bucket, such as `orders.>`. */
  readonly filter: string;
  /** What of these keys is wanted; all when omitted. */
  readonly matches?: ((key: string) => boolean) | undefined;
}

/** How far the reading has come: keys that are there now, of which some must be read as they were. */
interface AsOfProgress {
  readonly listed: number;
  readonly read?: number;
  readonly total?: number;
}

export interface AsOfOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: AsOfProgress) => void;
}

/** The keys of a bucket as they were at a moment. */
export interface AsOfListing {
  readonly moment: Moment;
  /** As the bucket is now. */
  readonly status: BucketStatus;
  readonly rows: AsOfRows;
  /**
   * True when the bucket still has every message that was ever stored in it, and all that were asked for
   * could be read: then none is unknown.
   */
  readonly isWhole: boolean;
}

/** As many as a server takes in one batch. */
const batchKeys = 1024;

/**
 * Reads which keys a bucket had at a moment: those that have not changed since by their listing, the
 * others as they were then (batched direct gets, server 2.11), or by the listing of their history. What is
 * gone without a trace is not among them. Throws `notFound` where the bucket is gone or was made again.
 */
export async function listAsOf(
  connection: KvConnection,
  bucket: string,
  query: AsOfQuery,
  options: AsOfOptions,
): Promise<AsOfListing> {
  const { signal } = options;
  const before = await connection.bucketStatus(bucket, { signal });
  const rows = new AsOfRows();
  const reading = new Reading(connection, bucket, query, options, rows);
  await ((await readsBatches(connection, before, signal)) ? reading.batches() : reading.history());
  const status = await connection.bucketStatus(bucket, { signal });
  if (status.created !== before.created) {
    throw new KvError('notFound', t('"{0}" was deleted and made again meanwhile', bucket));
  }
  return { moment: query.moment, status, rows, isWhole: hasAll(status) && !reading.hasUnreadable };
}

/** What a key was at the moment of a listing. */
export function stateAt({ rows, isWhole }: AsOfListing, at: number): AsOfState {
  if (rows.hasThen(at)) {
    return rows.hadValue(at) ? 'value' : 'deleted';
  }
  return isWhole ? 'absent' : 'unknown';
}

/** Whether no message was ever removed: none is missing from the first to the last. */
function hasAll({ firstRevision, lastRevision, values }: BucketStatus): boolean {
  return firstRevision === 1 && values === lastRevision;
}

/** A server before 2.11 tells the history only, and so does who may not be asked what it can do. */
async function readsBatches(
  connection: KvConnection,
  status: BucketStatus,
  signal: AbortSignal,
): Promise<boolean> {
  if (!status.allowDirect || status.mirrorOf !== undefined) {
    return false;
  }
  try {
    return (await connection.accountInfo({ signal })).apiLevel >= 1;
  } catch (error) {
    if (isKvError(error, 'denied')) {
      return false;
    }
    throw error;
  }
}

/** Reads into the rows of one listing. */
class Reading {
  private listed = 0;
  /** Some message of then is there but could not be read. */
  hasUnreadable = false;

  constructor(
    private readonly connection: KvConnection,
    private readonly bucket: string,
    private readonly query: AsOfQuery,
    private readonly options: AsOfOptions,
    private readonly rows: AsOfRows,
  ) {}

  async batches(): Promise<void> {
    const { rows, query, options } = this;
    await this.list({}, (info) => this.take(info));
    const changed = Array.from({ length: rows.count }, (_, at) => at).filter(
      (at) => !rows.hasThen(at),
    );
    const { signal, onProgress } = options;
    for (let start = 0; start < changed.length; start += batchKeys) {
      throwIfCancelled(signal);
      const keys = changed.slice(start, start + batchKeys).map((at) => rows.keyAt(at));
      const found = await this.connection.getMany(this.bucket, keys, {
        signal,
        asOf: query.moment,
        // It stays without a message of then, which is not to say that it had none.
        onUnreadable: () => (this.hasUnreadable = true),
      });
      found.forEach((entry) => entry && rows.tellThen(entry));
      onProgress?.({
        listed: this.listed,
        read: Math.min(start + batchKeys, changed.length),
        total: changed.length,
      });
    }
  }

  /** Every message of every key comes, those of a key in their order. */
  history(): Promise<void> {
    return this.list({ history: true }, (info) => this.take(info));
  }

  private take(info: KeyInfo): void {
    this.rows.tellNow(info);
    if (isStoredBy(this.query.moment, info)) {
      this.rows.tellThen(info);
    }
  }

  private async list(options: ListOptions, take: (info: KeyInfo) => void): Promise<void> {
    const { signal, onProgress } = this.options;
    const { filter, matches } = this.query;
    for await (const batch of this.connection.list(this.bucket, { ...options, filter, signal })) {
      batch.forEach((info) => {
        if (matches?.(info.key) ?? true) {
          take(info);
        }
      });
      this.listed += batch.length;
      onProgress?.({ listed: this.listed });
    }
  }
}
