import { t } from '../base/l10n';
import type { BucketStatus } from '../model/bucket';
import { isLive } from '../model/entry';
import { isKvError, KvError } from '../model/errors';
import type { CallOptions, KvConnection } from '../model/kvConnection';
import { CleanTargets } from './cleanTargets';

/** A bucket that copies from the one that would go. */
export interface Dependent {
  readonly bucket: string;
  readonly role: 'mirror' | 'source';
}

/** What goes with a bucket: nothing has been changed yet. */
export interface RemovalPlan {
  readonly bucket: string;
  /** As it was when it was looked at; undefined where this user may not look. */
  readonly status: BucketStatus | undefined;
  /** The keys that have a value; undefined where they are too many to be listed for this, or may not be. */
  readonly keys: CleanTargets | undefined;
  /** The buckets of this account that copy from it; undefined where this user may not list buckets. */
  readonly dependents: readonly Dependent[] | undefined;
}

/** Of more keys only the number is told. */
const mostListed = 100_000;

/**
 * Finds out what goes with a bucket: one look at it, one at the list of buckets, and one listing of its
 * keys where they are not many. What this user may not ask for is left out. Throws `notFound` where
 * the bucket is gone or was made again meanwhile.
 */
export async function planRemoval(
  connection: KvConnection,
  bucket: string,
  options: CallOptions = {},
): Promise<RemovalPlan> {
  const status = await unlessDenied(connection.bucketStatus(bucket, options));
  const buckets = await unlessDenied(connection.listBuckets(options));
  const keys =
    status && status.subjects <= mostListed
      ? await unlessDenied(liveKeys(connection, bucket, options))
      : undefined;
  const after = status && (await connection.bucketStatus(bucket, options));
  if (after?.created !== status?.created) {
    throw new KvError('notFound', t('"{0}" was deleted and made again meanwhile', bucket));
  }
  return { bucket, status, keys, dependents: buckets && dependentsOf(bucket, buckets) };
}

/** Who copies from a bucket of the same account; one of that name that is elsewhere is another. */
export function dependentsOf(bucket: string, buckets: readonly BucketStatus[]): Dependent[] {
  const isFrom = (origin: { readonly bucket: string; readonly apiPrefix?: string } | undefined) =>
    origin?.bucket === bucket && origin.apiPrefix === undefined;
  return buckets.flatMap((other): Dependent[] => {
    if (isFrom(other.mirror)) {
      return [{ bucket: other.name, role: 'mirror' }];
    }
    return other.sources.some(isFrom) ? [{ bucket: other.name, role: 'source' }] : [];
  });
}

async function liveKeys(
  connection: KvConnection,
  bucket: string,
  options: CallOptions,
): Promise<CleanTargets> {
  const keys = new CleanTargets();
  for await (const batch of connection.list(bucket, options)) {
    batch.forEach((info) => {
      if (isLive(info)) {
        keys.set({ ...info, before: 0, messages: 1 });
      } else {
        keys.remove(info.key);
      }
    });
  }
  return keys;
}

async function unlessDenied<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isKvError(error, 'denied')) {
      return undefined;
    }
    throw error;
  }
}
