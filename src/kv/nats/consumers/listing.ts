import { t } from '../../base/l10n';
import { isKvError, KvError, throwIfCancelled } from '../../model/errors';
import type { Entry, KeyInfo } from '../../model/entry';
import type { KeyBatch } from '../../model/keyBatch';
import type { ListOptions } from '../../model/kvConnection';
import { delay } from '../../base/delay';
import { onAbort } from '../../base/onAbort';
import { checkBucketName } from '../buckets/catalog';
import { backoff } from '../link/backoff';
import type { Link } from '../link/link';
import { GapSearch } from './gapSearch';
import type { Batch } from '../entries/batchQueue';
import { type ListingContext, ListingPass } from './listingPass';
import { entryReading, keyReading, type ListingReading, valueReading } from './listingReading';
import { checkFilter } from './subjectFilter';

/** Times that a listing starts anew before it gives up. */
const maxRestarts = 5;

type Context = ListingContext & { readonly link: Link };

/**
 * The last message of each key of a bucket, or all of them. When messages are lost on the way it starts anew, so
 * that a key may be told twice but none is missed.
 */
export function listKeys(
  context: Context,
  bucket: string,
  options: ListOptions = {},
): AsyncIterable<KeyBatch> {
  const { values = false } = options;
  return values
    ? listAs(valueReading, context, bucket, options)
    : listAs(keyReading, context, bucket, options);
}

/** The same with values and headers. */
export async function* readEntries(
  context: Context,
  bucket: string,
  options?: ListOptions,
): AsyncGenerator<readonly Entry[], void, undefined> {
  for await (const { entries } of listAs(entryReading, context, bucket, options)) {
    yield entries;
  }
}

async function* listAs<Info extends KeyInfo, B extends Batch>(
  reading: ListingReading<Info, B>,
  context: Context,
  bucket: string,
  options: ListOptions = {},
): AsyncGenerator<B, void, undefined> {
  const { filter = '>', history = false, signal } = options;
  checkBucketName(bucket);
  checkFilter(filter);
  throwIfCancelled(signal);
  const gaps = new GapSearch();
  let channel = context.link.current;
  for (let restarts = 0; ; restarts++) {
    const pass = new ListingPass(
      context,
      channel,
      { bucket, filter, history },
      reading,
      gaps,
      signal,
    );
    const abortion = onAbort(signal, () =>
      pass.fail(new KvError('cancelled', t('the listing was cancelled'))),
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
