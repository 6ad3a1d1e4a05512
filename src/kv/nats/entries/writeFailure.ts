import { t } from '../../base/l10n';
import { isKvError, KvError } from '../../model/errors';
import type { Catalog } from '../buckets/catalog';
import type { Channel } from '../wire/channel';
import type { ApiErrorBody } from '../wire/errorMapping';
import { missingRight } from '../wire/missingRight';
import { limitReached } from './limitReached';
import { notTaken, writeRefusal } from './writeRefusal';

const flushTimeoutMs = 500;

/** Throws `unsupported` for a bucket that is known to be a mirror. */
export function refuseMirror(catalog: Catalog, bucket: string): void {
  const mirrorOf = catalog.peek(bucket)?.mirrorOf;
  if (mirrorOf !== undefined) {
    throw new KvError(
      'unsupported',
      t('"{0}" is a mirror and cannot be written; write to "{1}"', bucket, mirrorOf),
    );
  }
}

/** A write that was sent and not answered may have happened; any other failure is thrown. */
export async function unknownOrThrow(
  channel: Channel,
  bucket: string,
  error: unknown,
): Promise<{ readonly kind: 'unknown'; readonly reason: string }> {
  if (isKvError(error, 'cancelled')) {
    return { kind: 'unknown', reason: t('it was cancelled before the server answered') };
  }
  if (!isKvError(error, 'disconnected') && !isKvError(error, 'timeout')) {
    throw error;
  }
  const answers = error.kind === 'timeout' && (await isAnswering(channel));
  const { message } = answers
    ? missingRight(`$KV.${bucket}.>`, t('the server answers, but not to this write'))
    : error;
  return { kind: 'unknown', reason: message };
}

/** No stream took the message, so nothing was written: tell why. */
export async function explainNoResponders(
  catalog: Catalog,
  channel: Channel,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): Promise<never> {
  const facts = await catalog.lookUp(channel, bucket);
  refuseMirror(catalog, bucket);
  throw notTaken(bucket, key, facts);
}

/**
 * What the server's refusal of a write comes to. A limit of the bucket is told by its name and value,
 * where it is one and this account may ask.
 */
export async function refusalOf(
  catalog: Catalog,
  channel: Channel,
  bucket: string,
  error: ApiErrorBody,
): Promise<KvError> {
  const refusal = writeRefusal(bucket, error);
  const isLimit = refusal.kind === 'tooLarge' || refusal.kind === 'limitReached';
  const message = isLimit ? await limitOf(catalog, channel, bucket, error) : undefined;
  return message === undefined ? refusal : new KvError(refusal.kind, message, { cause: error });
}

async function limitOf(
  catalog: Catalog,
  channel: Channel,
  bucket: string,
  { description = '' }: ApiErrorBody,
): Promise<string | undefined> {
  try {
    const { streamConfig } = await catalog.status(channel, bucket);
    return limitReached(bucket, description, streamConfig);
  } catch {
    return undefined;
  }
}

/** Whether the server takes in what is sent now: then it has taken in what was sent before. */
async function isAnswering(channel: Channel): Promise<boolean> {
  return channel.flush(flushTimeoutMs).then(
    () => true,
    () => false,
  );
}
