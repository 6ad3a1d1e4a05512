import { KvError } from '../../model/errors';
import { wildcardMatcher } from '../../keys/wildcardMatcher';
import type { StreamFacts } from '../buckets/catalog';
import { type ApiErrorBody, fromApiError } from '../wire/errorMapping';

/** Translates what the server answered to a write that it did not store; conflicts are not failures. */
export function writeRefusal(bucket: string, error: ApiErrorBody): KvError {
  const said = error.description ?? `error ${error.err_code}`;
  const refuse = (kind: KvError['kind'], message: string) =>
    new KvError(kind, message, { cause: error });
  switch (error.err_code) {
    case 10077: // stream store failed: `maximum bytes exceeded` and the like, with `discard: new`
      return refuse('limitReached', `the bucket "${bucket}" is full: ${said}`);
    case 10109: // invalid operation on sealed stream
      return refuse('unsupported', `the bucket "${bucket}" is sealed and cannot be written`);
    case 10111: // rollup not permitted
      return refuse(
        'unsupported',
        `the bucket "${bucket}" does not let keys be purged (allow_rollup_hdrs is off)`,
      );
    case 10165: // invalid per-message TTL
      return refuse('invalidConfig', `the server refused the TTL: ${said}`);
    case 10166: // per-message TTL is disabled
      return refuse(
        'unsupported',
        `the bucket "${bucket}" does not let single values expire (allow_msg_ttl is off)`,
      );
    case 10169: // message counter increment is missing
      return refuse(
        'unsupported',
        `the bucket "${bucket}" holds counters, which are read-only here`,
      );
    case 10174: // atomic publish is disabled
      return refuse('unsupported', noBatches(bucket));
    case 10176: // atomic publish batch is incomplete
      return refuse(
        'unavailable',
        'the server has lost the beginning of what was written together; nothing was written',
      );
    case 10199: // atomic publish batch is too large
      return refuse('limitReached', 'the server takes at most 1000 keys in one write');
    case 10210: // atomic publish too many inflight
      return refuse('unavailable', `the server has too many unfinished batches open: ${said}`);
    default:
      return fromApiError(error, { bucket });
  }
}

export function noBatches(bucket: string): string {
  return `the bucket "${bucket}" does not take several keys in one write (allow_atomic is off)`;
}

/** Why no stream took a message, though there is the bucket. */
export function notTaken(bucket: string, key: string, { prefix, subjects }: StreamFacts): KvError {
  const subject = `$KV.${bucket}.${key}`;
  if (subjects?.length === 0) {
    const origin = /^\$KV\.([^.]+)\.$/.exec(prefix)?.[1] ?? bucket;
    const advice = origin === bucket ? '' : `; write to "${origin}"`;
    const message = `"${bucket}" only copies other buckets and cannot be written${advice}`;
    return new KvError('unsupported', message);
  }
  if (subjects && !subjects.some((pattern) => wildcardMatcher(pattern, '.')(subject))) {
    const message = `the bucket "${bucket}" takes only ${subjects.join(', ')}, not the key "${key}"`;
    return new KvError('unsupported', message);
  }
  const rights = `the account may lack the import of $KV.${bucket}.> as a service`;
  return new KvError('server', `nobody takes "${subject}" although the bucket is there: ${rights}`);
}
