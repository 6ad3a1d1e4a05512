import { t } from '../../base/l10n';
import { KvError } from '../../model/errors';
import { wildcardMatcher } from '../../keys/wildcardMatcher';
import type { StreamFacts } from '../buckets/catalog';
import { type ApiErrorBody, fromApiError } from '../wire/errorMapping';

/** Translates what the server answered to a write that it did not store; conflicts are not failures. */
export function writeRefusal(bucket: string, error: ApiErrorBody): KvError {
  const said = error.description ?? t('error {0}', String(error.err_code));
  const refuse = (kind: KvError['kind'], message: string) =>
    new KvError(kind, message, { cause: error });
  switch (error.err_code) {
    case 10077: // stream store failed: `maximum bytes exceeded` and the like, with `discard: new`
      return refuse('limitReached', t('the bucket "{0}" is full: {1}', bucket, said));
    case 10109: // invalid operation on sealed stream
      return refuse('unsupported', t('the bucket "{0}" is sealed and cannot be written', bucket));
    case 10111: // rollup not permitted
      return refuse(
        'unsupported',
        t('the bucket "{0}" does not let keys be purged (allow_rollup_hdrs is off)', bucket),
      );
    case 10165: // invalid per-message TTL
      return refuse('invalidConfig', t('the server refused the TTL: {0}', said));
    case 10166: // per-message TTL is disabled
      return refuse(
        'unsupported',
        t('the bucket "{0}" does not let single values expire (allow_msg_ttl is off)', bucket),
      );
    case 10169: // message counter increment is missing
      return refuse(
        'unsupported',
        t('the bucket "{0}" holds counters, which are read-only here', bucket),
      );
    case 10174: // atomic publish is disabled
      return refuse('unsupported', noBatches(bucket));
    case 10176: // atomic publish batch is incomplete
      return refuse(
        'unavailable',
        t('the server has lost the beginning of what was written together; nothing was written'),
      );
    case 10199: // atomic publish batch is too large
      return refuse('limitReached', t('the server takes at most 1000 keys in one write'));
    case 10210: // atomic publish too many inflight
      return refuse('unavailable', t('the server has too many unfinished batches open: {0}', said));
    default:
      return fromApiError(error, { bucket });
  }
}

export function noBatches(bucket: string): string {
  return t(
    'the bucket "{0}" does not take several keys in one write (allow_atomic is off)',
    bucket,
  );
}

/** Throws for a message that no stream takes, by the subjects that the bucket's stream listens to. */
export function refuseUnheard(
  bucket: string,
  key: string,
  { prefix, subjects }: Pick<StreamFacts, 'prefix' | 'subjects'>,
): void {
  const subject = `$KV.${bucket}.${key}`;
  if (subjects?.length === 0) {
    const origin = /^\$KV\.([^.]+)\.$/.exec(prefix)?.[1] ?? bucket;
    const advice = origin === bucket ? '' : t('; write to "{0}"', origin);
    const message = t('"{0}" only copies other buckets and cannot be written{1}', bucket, advice);
    throw new KvError('unsupported', message);
  }
  if (subjects && !subjects.some((pattern) => wildcardMatcher(pattern, '.')(subject))) {
    const message = t(
      'the bucket "{0}" takes only {1}, not the key "{2}"',
      bucket,
      subjects.join(', '),
      key,
    );
    throw new KvError('unsupported', message);
  }
}

/** Whether a bucket in a cluster has a leader at the moment. */
export interface Leader {
  readonly isThere: boolean;
}

/** Why no stream took a message, though there is the bucket and it listens to the subject. */
export function notTaken(bucket: string, key: string, leader: Leader | undefined): KvError {
  if (leader?.isThere === false) {
    return new KvError('unavailable', t('"{0}" has no leader just now', bucket));
  }
  const subject = `$KV.${bucket}.${key}`;
  const rights = t('the account may lack the import of $KV.{0}.> as a service', bucket);
  return new KvError(
    'server',
    t('nobody takes "{0}" although the bucket is there: {1}', subject, rights),
  );
}
