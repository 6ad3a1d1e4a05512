import type { Entry } from '../model/entry';
import { isKvError } from '../model/errors';
import type { KeyAddress } from '../model/keyAddress';
import type { KvConnection } from '../model/kvConnection';

/** What is known that an answer has to agree with. */
export interface ReadBounds {
  /** The highest revision of the key that is known to have been there. */
  readonly told: number;
  /** When the bucket was created; undefined where that is not known. */
  readonly created: number | undefined;
}

/**
 * What the leader has of a key. `behind`: it has less than was told, and may have to catch up first.
 * `created` is that of the bucket where it had to be asked for.
 */
export type LeaderAnswer =
  | { readonly kind: 'entry'; readonly entry: Entry | undefined; readonly created?: number }
  | { readonly kind: 'behind'; readonly entry: Entry | undefined };

type Source = Pick<KvConnection, 'get' | 'bucketStatus'>;

/**
 * Reads a key from the leader. An answer that is older than what was told is believed when the bucket
 * is another one, or has everything that was told: then messages went without a marker. A bucket that
 * is gone has no keys. An account that may not ask the leader gets whoever answers.
 */
export async function askLeader(
  link: Source,
  { bucket, key }: KeyAddress,
  { told, created }: ReadBounds,
): Promise<LeaderAnswer> {
  const entry = await getFromLeader(link, bucket, key);
  if (entry === 'noBucket') {
    return { kind: 'entry', entry: undefined };
  }
  if ((entry?.revision ?? 0) >= told) {
    return { kind: 'entry', entry };
  }
  const status = await statusOrDenied(link, bucket);
  if (status === 'denied') {
    return { kind: 'behind', entry };
  }
  const isOther = created !== undefined && status.created !== created;
  return isOther || status.lastRevision >= told
    ? { kind: 'entry', entry, created: status.created }
    : { kind: 'behind', entry };
}

async function getFromLeader(
  link: Source,
  bucket: string,
  key: string,
): Promise<Entry | 'noBucket' | undefined> {
  try {
    return await link.get(bucket, key, { consistent: true });
  } catch (error) {
    if (isKvError(error, 'notFound')) {
      return 'noBucket';
    }
    if (isKvError(error, 'denied')) {
      return link.get(bucket, key);
    }
    throw error;
  }
}

async function statusOrDenied(link: Source, bucket: string) {
  try {
    return await link.bucketStatus(bucket);
  } catch (error) {
    if (isKvError(error, 'denied')) {
      return 'denied' as const;
    }
    throw error;
  }
}
