import { readInBatches } from '../find/batchReading';
import { isLive, type Entry } from '../model/entry';
import type { KvConnection } from '../model/kvConnection';

/** Which entries of a bucket are meant; all when nothing is said. */
export interface TransferScope {
  /** Subject filters below the bucket that do not overlap, such as `orders.>`. */
  readonly filters?: readonly string[] | undefined;
  /** What is wanted of that; servers know of nothing but dots. */
  readonly matches?: ((key: string) => boolean) | undefined;
  /** Just these keys, instead of filters. */
  readonly keys?: readonly string[] | undefined;
  /** The earlier revisions too. */
  readonly history?: boolean;
  /** Only keys that have a value; markers are left out. */
  readonly liveOnly?: boolean;
}

/** The entries of a scope in batches, those of a filter by revision. */
export async function* entriesOf(
  connection: KvConnection,
  bucket: string,
  { filters, matches, keys, history = false, liveOnly = false }: TransferScope,
  signal: AbortSignal,
): AsyncGenerator<readonly Entry[], void, undefined> {
  const isWanted = (entry: Entry): boolean =>
    (!liveOnly || isLive(entry)) && (matches?.(entry.key) ?? true);
  if (keys && !history) {
    for await (const batch of readInBatches({ connection, bucket, keys, signal, pauseMs: 0 })) {
      yield batch.filter((entry): entry is Entry => entry !== undefined && isWanted(entry));
    }
    return;
  }
  for (const filter of keys ?? filters ?? ['>']) {
    let last = 0;
    for await (const batch of connection.read(bucket, { filter, history, signal })) {
      // A reading that starts anew tells the same again, by revision as before.
      const fresh = batch.filter((entry) => entry.revision > last && isWanted(entry));
      last = Math.max(last, batch.at(-1)?.revision ?? 0);
      yield fresh;
    }
  }
}
