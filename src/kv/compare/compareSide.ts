import type { KeyInfo, Entry } from '../model/entry';
import type { KeyBatch } from '../model/keyBatch';
import type { KvConnection, ReadManyOptions } from '../model/kvConnection';
import type { Watch } from '../model/watch';
import type { SourceProblem } from '../transfer/source';

/** What is compared: a bucket or a part of it, now or as of a moment, or what else has keys and values. */
export interface CompareSide {
  /** What its keys begin with and are without in the comparison; `''` for nothing. */
  readonly prefix: string;
  /** Two sides of one origin hold the same value under the same revision; undefined for none. */
  readonly origin: string | undefined;
  /** Whether `list` can bring the values, at less cost than `read`. */
  readonly bringsValues: boolean;
  /** What it is listed over: sides of one link are listed in turn. */
  readonly link: object;
  /** Where what is copied goes; undefined for what cannot be written. */
  readonly target: CompareTarget | undefined;
  /**
   * The last message of each key, its prefix included, in any order; markers count as nothing. With
   * `values` they come along, where the side brings them.
   */
  list(options: {
    readonly signal: AbortSignal;
    readonly values: boolean;
  }): AsyncIterable<KeyBatch>;
  /** Values of keys, prefix included, in their order; undefined where there is none. */
  read(keys: readonly string[], options: ReadManyOptions): Promise<(Entry | undefined)[]>;
  /** The value of one key as whoever knows every write has it. */
  readLatest(key: string, signal: AbortSignal): Promise<Entry | undefined>;
  /**
   * Throws where what was listed is no longer what is there: a bucket that was deleted or made again, with
   * other messages under the same revisions (`notFound`), a file that is another one (`invalidConfig`).
   */
  check?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** True where a TTL counts from when its value is copied, since the side stands still. */
  readonly countsTtlAnew?: boolean;
  /** Follows what changes after the listing; undefined for what stands still. */
  watch?: (() => Watch<KeyInfo>) | undefined;
  /**
   * Once it is listed: whether it is not known what a key, prefix included, has there. One that was not
   * listed may have a value all the same, and one that was listed may have another. Undefined for a side
   * that knows of each.
   */
  readonly isUnknown?: ((key: string) => boolean) | undefined;
  /** Once it is listed: what in it is no entry, of which the first are told, and how much of that there is. */
  readonly problems?: readonly SourceProblem[];
  readonly problemCount?: number;
  /** Whether a key, prefix included, is of this side. */
  has(key: string): boolean;
}

export interface CompareTarget {
  readonly connection: KvConnection;
  readonly bucket: string;
  /** When the bucket was created that was listed. */
  readonly created: number;
}
