import type { Entry } from '../model/entry';
import type { KeyAddress } from '../model/keyAddress';

/** A value that was deleted, with what is needed to put it back. */
export interface DeletedEntry {
  readonly connectionId: string;
  readonly bucket: string;
  readonly entry: Entry;
  /** The revision of the marker that its deletion left: the only one that undoing it may replace. */
  readonly marker: number;
  /**
   * When its bucket was created, where that could be asked: in a bucket that was made again the marker's
   * number is another message's.
   */
  readonly bucketCreated: number | undefined;
}

/** Whether what was deleted was in the bucket that is there now, created then; true where nobody knows. */
export function isOfBucket({ bucketCreated }: DeletedEntry, created: number | undefined): boolean {
  return bucketCreated === undefined || created === undefined || bucketCreated === created;
}

/** The keys of one deletion, which are undone together. */
export type DeletedBatch = readonly DeletedEntry[];

const largestBytes = 16 * 1024 * 1024;
/** Of how many keys the deleted values are kept at most, if they are small enough. */
export const mostRemembered = 1_000;

/**
 * Owns the values that were deleted in this session, in memory only and bounded: the oldest deletions
 * are forgotten first. Changes only through its methods.
 */
export class DeletedEntries {
  private batches: DeletedBatch[] = [];

  constructor(private readonly limits = { bytes: largestBytes, entries: mostRemembered }) {}

  get isEmpty(): boolean {
    return this.batches.length === 0;
  }

  /** Remembers a deletion; one that is larger than the bounds is remembered as far as they reach. */
  add(batch: DeletedBatch): void {
    if (batch.length > 0) {
      this.batches.push(batch);
      this.trim();
    }
  }

  /** Whether a deletion that is still going on would be remembered with one more value. */
  hasRoomAfter(batch: DeletedBatch): boolean {
    const size = batch.reduce((sum, { entry }) => sum + entry.size, 0);
    return batch.length < this.limits.entries && size < this.limits.bytes;
  }

  /** The last deletion, which is then forgotten. */
  takeLast(): DeletedBatch | undefined {
    return this.batches.pop();
  }

  /** What is still remembered of one deletion, which is then forgotten. */
  take(batch: DeletedBatch): DeletedBatch {
    const wanted = new Set(batch);
    const taken = this.batches.flat().filter((each) => wanted.has(each));
    this.batches = this.batches
      .map((each) => each.filter((entry) => !wanted.has(entry)))
      .filter((each) => each.length > 0);
    return taken;
  }

  /**
   * The value that a key had before the deletion that left this marker. `created`: when the bucket was,
   * where it is known.
   */
  find(
    { connectionId, bucket, key }: KeyAddress,
    marker: number,
    created: number | undefined,
  ): Entry | undefined {
    return this.batches
      .flat()
      .find(
        (each) =>
          each.connectionId === connectionId &&
          each.bucket === bucket &&
          each.entry.key === key &&
          each.marker === marker &&
          isOfBucket(each, created),
      )?.entry;
  }

  /** Forgets a key: its values are not to come back. */
  forget(connectionId: string, bucket: string, key: string): void {
    const isOther = (each: DeletedEntry): boolean =>
      each.connectionId !== connectionId || each.bucket !== bucket || each.entry.key !== key;
    this.batches = this.batches
      .map((batch) => batch.filter(isOther))
      .filter((batch) => batch.length > 0);
  }

  /** Forgets all keys of a bucket: none of its values is to come back. */
  forgetBucket(connectionId: string, bucket: string): void {
    this.batches = this.batches
      .map((batch) =>
        batch.filter((each) => each.connectionId !== connectionId || each.bucket !== bucket),
      )
      .filter((batch) => batch.length > 0);
  }

  private trim(): void {
    let { bytes, entries } = this.limits;
    const kept: DeletedBatch[] = [];
    for (const batch of this.batches.toReversed()) {
      const fitting = batch.filter(({ entry }) => {
        bytes -= entry.size;
        entries--;
        return bytes >= 0 && entries >= 0;
      });
      if (fitting.length > 0) {
        kept.unshift(fitting);
      }
    }
    this.batches = kept;
  }
}
