import type { BatchChange } from '../model/batch';
import { isLive, type Entry } from '../model/entry';
import { ownHeaders } from '../model/headers';

/**
 * The changes that put back what was there before some were written, as long as nobody changed the keys
 * since. `before` tells the last message that a key had, undefined where it had none; `revisions` those
 * under which the changes were written, from the first on.
 */
export function wayBack(
  changes: readonly BatchChange[],
  revisions: readonly number[],
  before: (key: string) => Entry | undefined,
): BatchChange[] {
  return revisions.flatMap((expected, at): BatchChange[] => {
    const change = changes[at];
    if (!change) {
      return [];
    }
    const { key } = change;
    const entry = before(key);
    return entry && isLive(entry)
      ? [{ kind: 'put', key, expected, value: entry.value, ...kept(entry) }]
      : [{ kind: 'delete', key, expected }];
  });
}

function kept(entry: Entry): Pick<BatchChange & { kind: 'put' }, 'headers' | 'ttl'> {
  const headers = ownHeaders(entry);
  return {
    ...(headers.length > 0 && { headers }),
    ...(entry.ttl !== undefined && { ttl: entry.ttl }),
  };
}
