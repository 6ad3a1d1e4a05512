import { t } from '../../base/l10n';
import { KvError, throwIfCancelled } from '../../model/errors';
import type { TrimOptions } from '../../model/kvConnection';
import type { WriteGuard } from '../../session/writeLock';
import type { Link } from '../link/link';
import type { Channel } from '../wire/channel';
import type { JetStreamApi } from '../wire/jetStreamApi';
import { count, object } from '../wire/schema';
import { type Catalog, checkKey, refuseOther, type StreamFacts } from './catalog';

export interface TrimContext {
  readonly link: Link;
  readonly api: JetStreamApi;
  readonly catalog: Catalog;
  readonly lock: WriteGuard;
}

const purgeResponse = object<{ readonly purged: number }>({ purged: count });

/**
 * Removes the messages of a key before a revision. Purging with `keep`, as ADR-8 has it, would remove
 * what was put since that revision was seen.
 */
export async function trimKey(
  context: TrimContext,
  bucket: string,
  key: string,
  { before, bucketCreated, signal }: TrimOptions,
): Promise<number> {
  const { api, catalog, link, lock } = context;
  checkKey(bucket, key);
  lock.check();
  throwIfCancelled(signal);
  const channel = link.current;
  const facts = await catalog.confirmed(channel, bucket, { signal });
  refuseMirror(facts, (of) => t('"{0}" is a mirror and cannot be trimmed; trim "{1}"', bucket, of));
  refuseOther(bucket, facts, bucketCreated);
  // The look-up took time, in which the lock may have closed.
  lock.check();
  return purgeBefore({ api, channel, facts }, { bucket, key, before }, signal);
}

/** Throws `unsupported` for a mirror, with what is said of one of that bucket. */
export function refuseMirror({ mirrorOf }: StreamFacts, messageOf: (of: string) => string): void {
  if (mirrorOf !== undefined) {
    throw new KvError('unsupported', messageOf(mirrorOf));
  }
}

export interface PurgeParts {
  readonly api: JetStreamApi;
  readonly channel: Channel;
  readonly facts: StreamFacts;
}

/** Removes the messages of a key before a revision. Returns how many there were. */
export async function purgeBefore(
  { api, channel, facts }: PurgeParts,
  { bucket, key, before }: { bucket: string; key: string; before: number },
  signal: AbortSignal | undefined,
): Promise<number> {
  const { purged } = await api.call(
    channel,
    `STREAM.PURGE.${facts.stream}`,
    purgeResponse,
    { filter: `${facts.prefix}${key}`, seq: before },
    { bucket, signal },
  );
  return purged;
}
