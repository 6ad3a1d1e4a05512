import { t } from '../base/l10n';
import { isLive, type WriteOutcome } from '../model/entry';
import { KvError } from '../model/errors';
import { mergedHeaders, ownHeaders } from '../model/headers';
import type { CallOptions, KvConnection, PutOptions } from '../model/kvConnection';
import { settleWrite, type SettledWrite, type SettleOptions } from './settleWrite';

export interface RestoreOptions extends PutOptions, SettleOptions {
  readonly expected: number;
}

/** The message to restore. `created`: as it was seen, so that no other of that number is taken for it. */
export interface RestoreSource {
  readonly revision: number;
  readonly created?: number | undefined;
}

/**
 * Puts the value of an earlier revision again with its own headers and those of the options, to live
 * as long as it was to unless the options say otherwise, by compare-and-swap against the present one.
 * With `onUnknown` it finds out what became of a write that was not answered. Throws `notFound` when
 * that revision is no longer stored, also where the bucket was made again and has another message under
 * its number, and `unsupported` when it is a marker.
 */
export async function restoreEntry(
  connection: KvConnection,
  bucket: string,
  key: string,
  from: RestoreSource,
  { onUnknown, ...options }: RestoreOptions,
): Promise<SettledWrite> {
  const { expected, signal, patient = false } = options;
  const { revision, created } = from;
  const source = await connection.getRevision(bucket, key, revision, {
    consistent: true,
    signal,
  });
  if (!source || (created ?? source.created) !== source.created) {
    throw new KvError('notFound', t('revision {0} of "{1}" is no longer stored', revision, key));
  }
  if (!isLive(source)) {
    throw new KvError('unsupported', t('revision {0} of "{1}" has no value', revision, key));
  }
  const { value } = source;
  const headers = mergedHeaders(ownHeaders(source), options.headers ?? []);
  const life = source.ttl === undefined ? {} : { ttl: { kind: 'set', ttl: source.ttl } as const };
  const change = { ...life, ...options, ...(headers.length > 0 && { headers }) };
  const put = (call: CallOptions): Promise<WriteOutcome> =>
    connection.put(bucket, key, value, { ...change, ...call });
  return onUnknown
    ? settleWrite(
        { connection, bucket, key },
        { value, headers, ttl: change.ttl },
        { expected, signal, onUnknown, patient },
        // Who is patient brings to its end what has begun.
        (patience) => put(patient ? { signal: undefined } : { signal: patience }),
      )
    : put({});
}
