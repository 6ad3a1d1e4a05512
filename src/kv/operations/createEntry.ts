import { isLive, type Entry, type Ttl, type WriteOutcome } from '../model/entry';
import type { CallOptions, KvConnection } from '../model/kvConnection';

export interface CreateOptions extends CallOptions {
  /** How long the value lives. Throws `unsupported` where the server or the bucket lacks TTLs. */
  readonly ttl?: Ttl;
  /** Headers to store with the value. */
  readonly headers?: Entry['headers'];
}

const maxAttempts = 5;

/**
 * Puts a value where the key is not live: never written, deleted, purged or expired. One request, three
 * over a marker. `conflict`, with its revision, when the key is live: then nothing was written.
 */
export async function createEntry(
  connection: Pick<KvConnection, 'get' | 'put'>,
  bucket: string,
  key: string,
  value: Uint8Array,
  { ttl, headers, signal }: CreateOptions = {},
): Promise<WriteOutcome> {
  const change = {
    ...(ttl !== undefined && { ttl: { kind: 'set', ttl } as const }),
    ...(headers && { headers }),
  };
  let expected = 0;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const outcome = await connection.put(bucket, key, value, { ...change, expected, signal });
    if (outcome.kind !== 'conflict') {
      return outcome;
    }
    // The leader, since a replica may not have heard of the marker that is in the way.
    const last = await connection.get(bucket, key, { consistent: true, signal });
    if (last && isLive(last)) {
      return { kind: 'conflict', revision: last.revision };
    }
    expected = last?.revision ?? 0;
  }
  return { kind: 'conflict' };
}
