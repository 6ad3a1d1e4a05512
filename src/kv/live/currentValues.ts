import type { Entry, KeyInfo } from '../model/entry';
import type { KvConnection } from '../model/kvConnection';
import type { SubjectPattern } from '../keys/keyPattern';

export interface CurrentValuesRequest extends SubjectPattern {
  readonly bucket: string;
  /** Revisions after `from` up to `upTo`. */
  readonly from: number;
  readonly upTo: number;
  /** How many to read: the newest ones. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Keys in one request: with large values no more than fit into memory at once. */
const chunk = 100;

/**
 * Reads the last message of each key, oldest first. Beyond `limit` the oldest are only counted:
 * `skipped` is told before the first values are.
 */
export async function* currentValues(
  connection: KvConnection,
  request: CurrentValuesRequest,
): AsyncGenerator<{ readonly entries: readonly Entry[]; readonly skipped: number }> {
  const { bucket, upTo, signal } = request;
  const { newest, skipped } = await findNewest(connection, request);
  yield { entries: [], skipped };
  for (let at = 0; at < newest.length; at += chunk) {
    const keys = newest.slice(at, at + chunk).map(({ key }) => key);
    const found = await connection.getMany(bucket, keys, { signal });
    // What has changed since then is told by the watch that follows.
    const entries = found.filter((entry) => entry !== undefined && entry.revision <= upTo);
    yield { entries: entries as Entry[], skipped: 0 };
  }
}

async function findNewest(
  connection: KvConnection,
  { bucket, filter, matches, from, upTo, limit, signal }: CurrentValuesRequest,
): Promise<{ newest: KeyInfo[]; skipped: number }> {
  let newest: KeyInfo[] = [];
  let found = 0;
  const keepNewest = (): void => {
    newest = newest.toSorted((a, b) => a.revision - b.revision).slice(-limit);
  };
  for await (const batch of connection.list(bucket, { filter, signal })) {
    const wanted = [...batch].filter(
      ({ key, revision }) => revision > from && revision <= upTo && matches(key),
    );
    found += wanted.length;
    newest.push(...wanted);
    if (newest.length > 2 * limit) {
      keepNewest();
    }
  }
  keepNewest();
  return { newest, skipped: found - newest.length };
}
