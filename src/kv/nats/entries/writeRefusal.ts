import { KvError } from '../../model/errors';
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
    default:
      return fromApiError(error, { bucket });
  }
}
