import { t } from '../../kv/base/l10n';
import { takesBatches } from '../../kv/model/batch';
import { isLive } from '../../kv/model/entry';
import { isKvError } from '../../kv/model/errors';
import type { KvConnection } from '../../kv/model/kvConnection';
import type { OpenManyKeys } from './openManyKeys';

/** The last revisions of keys without a value: those of the markers over them. */
export async function markersOf(
  connection: KvConnection,
  bucket: string,
  keys: readonly string[],
): Promise<Map<string, number>> {
  const entries = keys.length > 0 ? await connection.getMany(bucket, keys) : [];
  return new Map(
    entries.flatMap((entry) => (entry && !isLive(entry) ? [[entry.key, entry.revision]] : [])),
  );
}

/** Which way a bucket can be written, as far as this account may ask. */
export async function atomicOf(
  connection: KvConnection,
  bucket: string,
): Promise<OpenManyKeys['atomic']> {
  if (takesBatches(await connection.bucketStatus(bucket))) {
    return 'on';
  }
  try {
    return (await connection.accountInfo()).apiLevel >= levelOfBatches ? 'off' : 'unable';
  } catch (error) {
    if (isKvError(error, 'denied')) {
      return 'unable';
    }
    throw error;
  }
}

/** The level of the API of server 2.12 (ADR-44). */
const levelOfBatches = 2;
const namedKeys = 3;

/** Why a text is not saved that others have written over. */
export function conflictText(keys: readonly string[]): string {
  const named = keys.slice(0, namedKeys).join(', ');
  const more = keys.length > namedKeys ? t(' and {0} more', keys.length - namedKeys) : '';
  return t(
    '{0}{1} changed on the server too; nothing was sent. Each of them says so above its line',
    named,
    more,
  );
}
