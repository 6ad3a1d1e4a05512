import type { Msg } from 'nats';
import { t } from '../../base/l10n';
import { isKvError, KvError } from '../../model/errors';
import type { Catalog } from '../buckets/catalog';
import { askAgain } from '../wire/askAgain';
import { type Channel, isNoResponders } from '../wire/channel';
import type { ApiErrorBody } from '../wire/errorMapping';
import { missingRight } from '../wire/missingRight';
import { limitReached } from './limitReached';
import { type Leader, notTaken, refuseUnheard, writeRefusal } from './writeRefusal';

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

/** What became of a write that was sent: what was answered, or that nobody knows. */
export type Sent =
  | { readonly kind: 'answered'; readonly reply: Msg }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Whether no stream took it. */
export function isUntaken(sent: Sent): boolean {
  return sent.kind === 'answered' && isNoResponders(sent.reply);
}

/**
 * How long is waited before what nobody took is sent again, in milliseconds. A leader that has just been
 * elected is not known yet to all servers of a cluster; clients of NATS send again for the same reason.
 */
const resendDelaysMs = [100, 250, 500, 1_000] as const;

/**
 * Sends again what no stream took, for as long as that may pass: nothing was written by it, so it cannot
 * be written twice. Throws where the bucket takes no such writes, or nobody takes it for all that.
 */
export async function sendAgain(
  catalog: Catalog,
  channel: Channel,
  write: Addressed,
  send: () => Promise<Sent>,
): Promise<Sent> {
  const { bucket, key, signal } = write;
  await refuseForGood(catalog, channel, write);
  const sent = await askAgain(send, isUntaken, resendDelaysMs, signal);
  if (!isUntaken(sent)) {
    return sent;
  }
  throw notTaken(bucket, key, await leaderOf(catalog, channel, bucket));
}

/** No stream took a message of a batch, so nothing of it was written: tells why. */
export async function explainNotTaken(
  catalog: Catalog,
  channel: Channel,
  write: Addressed,
): Promise<never> {
  await refuseForGood(catalog, channel, write);
  throw notTaken(write.bucket, write.key, await leaderOf(catalog, channel, write.bucket));
}

/** What is written, and the signal that cancels it. */
export interface Addressed {
  readonly bucket: string;
  readonly key: string;
  readonly signal?: AbortSignal | undefined;
}

async function refuseForGood(
  catalog: Catalog,
  channel: Channel,
  { bucket, key, signal }: Addressed,
): Promise<void> {
  const facts = await catalog.lookUp(channel, bucket, { signal });
  refuseMirror(catalog, bucket);
  refuseUnheard(bucket, key, facts);
}

/** Whether the bucket has a leader; undefined where it is not known, and for a single server. */
async function leaderOf(
  catalog: Catalog,
  channel: Channel,
  bucket: string,
): Promise<Leader | undefined> {
  try {
    const { cluster } = await catalog.status(channel, bucket);
    return cluster && { isThere: cluster.leader !== undefined };
  } catch (error) {
    if (isKvError(error, 'denied')) {
      return undefined;
    }
    throw error;
  }
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
