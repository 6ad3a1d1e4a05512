import type { BucketStatus } from '../model/bucket';
import { ObservableValue, type Disposable, type Observable } from '../base/event';
import { toKvError, type KvError } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';

/** The list of buckets as far as it is known; while it is read again the old one is still there. */
export type BucketsState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded'; readonly buckets: readonly BucketStatus[] }
  | { readonly kind: 'failed'; readonly error: KvError };

/** Owns the list of a connection's buckets; changes only through `load` and `clear`. */
export class BucketList implements Disposable {
  private readonly stateValue = new ObservableValue<BucketsState>({ kind: 'idle' });
  private run = 0;
  readonly state: Observable<BucketsState> = this.stateValue;

  constructor(private readonly connect: () => Promise<KvConnection>) {}

  /**
   * Reads the list, connecting first where needed. Failures are told by `state`; a list that is there
   * outlives that the link is lost.
   */
  async load(): Promise<void> {
    const run = ++this.run;
    if (this.stateValue.current.kind !== 'loaded') {
      this.stateValue.set({ kind: 'loading' });
    }
    try {
      const connection = await this.connect();
      const buckets = await connection.listBuckets();
      if (run === this.run) {
        this.stateValue.set({ kind: 'loaded', buckets });
      }
    } catch (error) {
      const kvError = toKvError(error);
      const keep = this.stateValue.current.kind === 'loaded' && kvError.kind === 'disconnected';
      if (run === this.run && !keep) {
        this.stateValue.set({ kind: 'failed', error: kvError });
      }
    }
  }

  /** Forgets the list; one that is being read is not waited for any more. */
  clear(): void {
    this.run++;
    this.stateValue.set({ kind: 'idle' });
  }

  dispose(): void {
    this.stateValue.dispose();
  }
}
