import { isLive, type WriteOutcome } from '../model/entry';
import { KvError } from '../model/errors';
import { mergedHeaders, ownHeaders } from '../model/headers';
import type { CallOptions, KvConnection, PutOptions } from '../model/kvConnection';
import { settleWrite, type SettleOptions } from './settleWrite';

export interface RestoreOptions extends PutOptions, SettleOptions {
  readonly expected: number;
}

/**
 * Puts the value of an earlier revision again with its own headers and those of the options, to live
 * as long as it was to unless the options say otherwise, by compare-and-swap against the present one.
 * With `onUnknown` it finds out what became of a write that
 * was not answered. Throws `notFound` when that revision is no longer stored and `unsupported` when it
 * is a marker.
 */
export async function restoreEntry(
  connection: KvConnection,
  bucket: string,
  key: string,
  fromRevision: number,
  { onUnknown, ...options }: RestoreOptions,
): Promise<WriteOutcome> {
  const { expected, signal } = options;
  const source = await connection.getRevision(bucket, key, fromRevision, {
    consistent: true,
    signal,
  });
  if (!source) {
    throw new KvError('notFound', `revision ${fromRevision} of "${key}" is no longer stored`);
  }
  if (!isLive(source)) {
    throw new KvError('unsupported', `revision ${fromRevision} of "${key}" has no value`);
  }
  const { value } = source;
  const headers = mergedHeaders(ownHeaders(source), options.headers ?? []);
  const life = source.ttl === undefined ? {} : { ttl: { kind: 'set', ttl: source.ttl } as const };
  const change = { ...life, ...options, ...(headers.length > 0 && { headers }) };
  const put = (call: CallOptions): Promise<WriteOutcome> =>
    connection.put(bucket, key, value, { ...change, ...call });
  return onUnknown
    ? settleWrite({ connection, bucket, key }, value, { expected, signal, onUnknown }, (patience) =>
        put({ signal: patience }),
      )
    : put({});
}
