import type { BucketStatus } from '../../kv/model/bucket';
import { isKvError } from '../../kv/model/errors';
import type { ConnectionSession } from '../../kv/session/connectionSession';

/** What is known of a bucket, read when it is not; undefined where it may not be read. */
export async function bucketStatus(
  session: ConnectionSession,
  bucket: string,
): Promise<BucketStatus | undefined> {
  const { current } = session.buckets;
  const known =
    current.kind === 'loaded' ? current.buckets.find(({ name }) => name === bucket) : undefined;
  return known ?? readBucketStatus(session, bucket);
}

/** What the server has of a bucket; undefined where it may not be read. */
async function readBucketStatus(
  session: ConnectionSession,
  bucket: string,
): Promise<BucketStatus | undefined> {
  try {
    return await (await session.connect()).bucketStatus(bucket);
  } catch (error) {
    if (isKvError(error, 'denied')) {
      return undefined;
    }
    throw error;
  }
}
