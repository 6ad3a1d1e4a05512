import { isLive, type WriteOutcome } from '../model/entry';
import { KvError } from '../model/errors';
import { mergedHeaders, ownHeaders } from './copyEntry';
import type { KvConnection, PutOptions } from '../model/kvConnection';

/**
 * Puts the value of an earlier revision again with its own headers and those of the options, by compare-and-swap against the present one. Throws
 * `notFound` when that revision is no longer stored and `unsupported` when it is a marker.
 */
export async function restoreEntry(
  connection: Pick<KvConnection, 'getRevision' | 'put'>,
  bucket: string,
  key: string,
  fromRevision: number,
  options: PutOptions,
): Promise<WriteOutcome> {
  const { signal } = options;
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
  const headers = mergedHeaders(ownHeaders(source), options.headers ?? []);
  const change = { ...options, ...(headers.length > 0 && { headers }) };
  return connection.put(bucket, key, source.value, change);
}
