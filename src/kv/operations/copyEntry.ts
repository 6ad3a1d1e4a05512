import { createEntry } from './createEntry';
import type { Entry, WriteOutcome } from '../model/entry';
import { isKvError } from '../model/errors';
import { mergedHeaders, ownHeaders } from '../model/headers';
import type { CallOptions, KvConnection } from '../model/kvConnection';
import { resolveWrite } from './resolveWrite';

/** Where a key is. */
export interface EntryPlace {
  readonly connection: KvConnection;
  readonly bucket: string;
  readonly key: string;
}

/**
 * How a copy ended. `exists`: nothing was written, the target has a value under that revision, where
 * it was told. `unknown`: the link broke, and reading back did not tell whether it was written.
 */
export type CopyResult =
  | { readonly kind: 'copied'; readonly revision: number }
  | { readonly kind: 'exists'; readonly revision: number | undefined }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface CopyOptions extends CallOptions {
  /** The revision of the target that is replaced; only a key without a value is when omitted. */
  readonly overwrite?: number;
  /** Copies a value that expires as one that does not, for a bucket that cannot do that. */
  readonly dropTtl?: boolean;
  /** Headers to store with the copy besides those of the value. */
  readonly headers?: Entry['headers'];
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number;
}

/** How long a write waits for the link to come back and tell what became of it. */
const resolveTimeMs = 30_000;

/**
 * Puts a value under another key by compare-and-swap, with its own headers, to expire when the
 * original does. Throws `unsupported` where the target cannot let it expire, and as a put does.
 */
export async function copyEntry(
  source: Entry,
  target: EntryPlace,
  options: CopyOptions = {},
): Promise<CopyResult> {
  const first = toResult(await write(source, target, options));
  if (first.kind !== 'unknown') {
    return first;
  }
  const { connection, bucket, key } = target;
  const expected = options.overwrite ?? 0;
  const signal = shortened(options.signal);
  try {
    const attempted = { value: source.value, ...changeOf(source, options) };
    const resolved = await resolveWrite(connection, bucket, key, attempted, { expected, signal });
    // The same compare-and-swap again cannot do harm, whatever became of the first.
    return resolved.kind === 'saved'
      ? { kind: 'copied', revision: resolved.revision }
      : toResult(await write(source, target, { ...options, signal }));
  } catch (error) {
    if (isKvError(error, 'cancelled')) {
      return first;
    }
    throw error;
  }
}

/** What is left of an entry's TTL in milliseconds, at least the second that servers count in. */
export function ttlLeft({ ttl, created }: Pick<Entry, 'ttl' | 'created'>, now: number) {
  return typeof ttl === 'number' ? Math.max(1000, created + ttl - now) : ttl;
}

/** A signal that also ends after the time that there is to find out about a write. */
export function shortened(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(resolveTimeMs);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

function write(
  source: Entry,
  { connection, bucket, key }: EntryPlace,
  options: CopyOptions,
): Promise<WriteOutcome> {
  const { overwrite, signal } = options;
  const { headers, ttl } = changeOf(source, options);
  const rest = { ...(headers && { headers }), ...(signal && { signal }) };
  return overwrite === undefined
    ? createEntry(connection, bucket, key, source.value, { ...(ttl && { ttl: ttl.ttl }), ...rest })
    : connection.put(bucket, key, source.value, {
        expected: overwrite,
        ...(ttl && { ttl }),
        ...rest,
      });
}

/** What is stored with the value of a copy. */
function changeOf(source: Entry, { dropTtl, headers = [], now = Date.now }: CopyOptions) {
  const left = dropTtl ? undefined : ttlLeft(source, now());
  const own = mergedHeaders(ownHeaders(source), headers);
  return {
    ...(own.length > 0 && { headers: own }),
    ...(left !== undefined && { ttl: { kind: 'set', ttl: left } as const }),
  };
}

function toResult(outcome: WriteOutcome): CopyResult {
  switch (outcome.kind) {
    case 'saved':
      return { kind: 'copied', revision: outcome.revision };
    case 'conflict':
      return { kind: 'exists', revision: outcome.revision };
    case 'unknown':
      return outcome;
  }
}
