import type { BucketStatus } from '../model/bucket';
import type { Entry, KeyInfo } from '../model/entry';

/** A key as a source tells it. What an `Entry` of a bucket has, and less where a source knows less. */
export interface SourceEntry extends Pick<Entry, 'key' | 'operation' | 'value' | 'headers'> {
  readonly ttl?: KeyInfo['ttl'];
  readonly revision?: number;
  /** When the server stored it, in milliseconds since the epoch. */
  readonly created?: number;
  /** Where it stands in its file, from 1. */
  readonly line?: number;
  /** Where a `FileSource` finds it again; only it knows what that means. */
  readonly place?: string;
}

/** Something in a source that is no entry. */
export interface SourceProblem {
  /** A clause without a final period. */
  readonly problem: string;
  /** Where it stands in its file, from 1. */
  readonly line?: number | undefined;
  /** The key whose value it hides. Without one it may hide any key. */
  readonly key?: string | undefined;
  /** The file that it is about, where a source has more than one. */
  readonly file?: string;
}

export type SourceItem = SourceEntry | SourceProblem;

export function isProblem(item: SourceItem): item is SourceProblem {
  return 'problem' in item;
}

/** Where entries come from: an export, a folder, a bucket. It can be read again from its start. */
export interface TransferSource {
  /** Whether a key may come again, later ones being later versions of it, or each key is there once. */
  readonly repeats: boolean;
  /**
   * Everything in a fixed order, in batches; a reader who takes time is waited for. Throws
   * `invalidConfig` for what is not of the source's form at all.
   */
  read(signal: AbortSignal): AsyncIterable<readonly SourceItem[]>;
  /** The keys of all entries, in the same order; for a source that tells these with less work. */
  keys?(signal: AbortSignal): AsyncIterable<readonly string[]>;
  /** Whether it is that bucket, where what is written comes to be read. */
  readsFrom?(status: BucketStatus): boolean;
  /** Another text once the content may be another. */
  fingerprint(): Promise<string>;
}

/** A source of files, which finds single entries again. */
export interface FileSource extends TransferSource {
  /**
   * Reads entries again by the places that `read` told with them, in their order. Undefined for what
   * is gone; what is there by now may be another entry. Rejects where nothing can be read at all.
   */
  readAgain(places: readonly string[], signal: AbortSignal): Promise<(SourceItem | undefined)[]>;
}

const noHeaders: Entry['headers'] = [];

/** A value without anything besides, as the plainer forms tell it. */
export function plainEntry(key: string, value: Uint8Array, line?: number): SourceEntry {
  const entry = { key, operation: 'PUT', value, headers: noHeaders } as const;
  return line === undefined ? entry : { ...entry, line };
}

/** Entries in batches of some size. */
export async function* batched<T>(
  items: AsyncIterable<T> | Iterable<T>,
  size = 256,
): AsyncGenerator<T[], void, undefined> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) {
    yield batch;
  }
}
