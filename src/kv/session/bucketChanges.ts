import { t } from '../base/l10n';
import type { Disposable } from '../base/event';
import type { BucketStatus } from '../model/bucket';
import { isKvError, KvError } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';
import type { BucketList } from './bucketList';

export interface BucketChangesOptions {
  /** The link while it is up. */
  linkIfUp(): Pick<KvConnection, 'bucketStatus'> | undefined;
  readonly list: Pick<BucketList, 'state' | 'put' | 'readAgain'>;
}

/** Buckets whose answers take about as much as one page of the list, of 256. */
const bucketsPerRead = 64;
const readsAtOnce = 16;

/**
 * Owns the names of the buckets that changed and have not been looked at; changes only through `add`
 * and its own reading, of which there is one at a time: what comes meanwhile waits for the next, all
 * of it together. Few buckets are asked for one by one, many among few by the whole list.
 */
export class BucketChanges implements Disposable {
  private changed = new Set<string>();
  private isReading = false;
  private disposed = false;

  constructor(private readonly options: BucketChangesOptions) {}

  /** A bucket came, went or was configured otherwise. */
  add(bucket: string): void {
    this.changed.add(bucket);
    if (!this.isReading) {
      this.isReading = true;
      void this.readOn();
    }
  }

  dispose(): void {
    this.disposed = true;
    this.changed.clear();
  }

  private get count(): number {
    const { current } = this.options.list.state;
    return current.kind === 'loaded' ? current.buckets.length : 0;
  }

  private async readOn(): Promise<void> {
    // What comes in the same turn is one change.
    await Promise.resolve();
    while (this.changed.size > 0) {
      const changed = [...this.changed];
      this.changed.clear();
      const most = Math.max(1, this.count / bucketsPerRead);
      const isRead = changed.length <= most && (await this.readEach(changed));
      if (!isRead && !this.disposed) {
        await this.options.list.readAgain();
      }
    }
    this.isReading = false;
  }

  /** False when one could not be read: the list tells why. */
  private async readEach(buckets: readonly string[]): Promise<boolean> {
    for (let from = 0; from < buckets.length && !this.disposed; from += readsAtOnce) {
      const some = buckets.slice(from, from + readsAtOnce);
      const read = await Promise.all(some.map((bucket) => this.readAndTake(bucket)));
      if (!read.every(Boolean)) {
        return false;
      }
    }
    return true;
  }

  /** Undefined when it is gone. */
  private async readOne(bucket: string): Promise<BucketStatus | undefined> {
    const link = this.options.linkIfUp();
    if (!link) {
      throw new KvError('disconnected', t('there is no connection to the server'));
    }
    try {
      return await link.bucketStatus(bucket);
    } catch (error) {
      if (isKvError(error, 'notFound')) {
        return undefined;
      }
      throw error;
    }
  }

  private async readAndTake(bucket: string): Promise<boolean> {
    try {
      const status = await this.readOne(bucket);
      if (!this.disposed) {
        this.options.list.put(bucket, status);
      }
      return true;
    } catch {
      // The list is read next, which tells what is wrong.
      return false;
    }
  }
}
