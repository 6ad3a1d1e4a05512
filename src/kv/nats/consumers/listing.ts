import { isKvError, KvError, throwIfCancelled } from '../../model/errors';
import type { KeyBatch } from '../../model/keyBatch';
import type { ListOptions } from '../../model/kvConnection';
import { delay } from '../../base/delay';
import { onAbort } from '../../base/onAbort';
import { checkBucketName } from '../buckets/catalog';
import { backoff } from '../link/backoff';
import type { Link } from '../link/link';
import { GapSearch } from './gapSearch';
import { type ListingContext, ListingPass } from './listingPass';
import { checkFilter } from './subjectFilter';

/** Times that a listing starts anew before it gives up. */
const maxRestarts = 5;

/**
 * The last message of each key of a bucket, or all of them. When messages are lost on the way it starts anew, so
 * that a key may be told twice but none is missed.
 */
export async function* listKeys(
  context: ListingContext & { readonly link: Link },
  bucket: string,
  options: ListOptions = {},
): AsyncGenerator<KeyBatch, void, undefined> {
  const { filter = '>', history = false, signal } = options;
  checkBucketName(bucket);
  checkFilter(filter);
  throwIfCancelled(signal);
  const gaps = new GapSearch();
  let channel = context.link.current;
  for (let restarts = 0; ; restarts++) {
    const pass = new ListingPass(context, channel, { bucket, filter, history }, gaps, signal);
    const abortion = onAbort(signal, () =>
      pass.fail(new KvError('cancelled', 'the listing was cancelled')),
    );
    try {
      yield* pass.batches();
      return;
    } catch (error) {
      const isUnavailable = isKvError(error, 'unavailable');
      const isPassing = pass.isLost || isUnavailable || isKvError(error, 'disconnected');
      if (!isPassing || restarts >= maxRestarts) {
        throw error;
      }
      if (isUnavailable) {
        await delay(backoff(restarts + 2), signal);
      }
    } finally {
      abortion.dispose();
      pass.dispose();
    }
    channel = await context.link.whenConnected(signal);
  }
}
