import { t } from '../base/l10n';
import { entriesOf, type TransferScope } from '../transfer/scope';
import { parseKeyFilter } from '../find/keyFilter';
import { isLive, type Entry } from '../model/entry';
import { KvError } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';
import { mostKeys, type KeysAt, type ManyKeysScope } from './manyKeys';

/** Larger ones are no document. */
const mostBytes = 16 * 1024 * 1024;

/** Whether a key belongs to a scope. */
export function matcherOf(scope: ManyKeysScope): (key: string) => boolean {
  if (scope.kind === 'keys') {
    const keys = new Set(scope.keys);
    return (key) => keys.has(key);
  }
  const { prefix, filter = '' } = scope;
  const parsed = parseKeyFilter(filter);
  const shown = parsed.kind === 'filter' ? parsed.filter : undefined;
  return (key) => key.startsWith(prefix) && (shown?.matches(key) ?? true);
}

/**
 * The keys of a scope that have a value. Throws `limitReached` for more than a document holds, naming the
 * limit, and `notFound`.
 */
export async function readKeys(
  connection: KvConnection,
  bucket: string,
  scope: ManyKeysScope,
  signal: AbortSignal,
): Promise<KeysAt> {
  const { created: bucketCreated } = await connection.bucketStatus(bucket, { signal });
  const entries = new Map<string, Entry>();
  let bytes = 0;
  for await (const batch of entriesOf(connection, bucket, serverScope(scope), signal)) {
    for (const entry of batch) {
      if (isLive(entry)) {
        bytes += entry.size - (entries.get(entry.key)?.size ?? 0);
        entries.set(entry.key, entry);
      } else {
        entries.delete(entry.key);
      }
    }
    if (entries.size > mostKeys || bytes > mostBytes) {
      const limit = t(
        'a document holds at most {0} keys and {1} MiB',
        mostKeys,
        mostBytes / 1024 / 1024,
      );
      throw new KvError(
        'limitReached',
        t('{0}, and there is more; choose a smaller folder or fewer keys', limit),
      );
    }
  }
  const revision = Math.max(0, ...[...entries.values()].map((entry) => entry.revision));
  return { bucketCreated, revision, entries };
}

function serverScope(scope: ManyKeysScope): TransferScope {
  if (scope.kind === 'keys') {
    return { keys: scope.keys };
  }
  const matches = matcherOf(scope);
  const tokens = scope.prefix.split('.').slice(0, -1);
  return { filters: [[...tokens, '>'].join('.')], matches };
}
