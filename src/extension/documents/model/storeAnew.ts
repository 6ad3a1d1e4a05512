import { t } from '../../../kv/base/l10n';
import type { Entry, TtlChange } from '../../../kv/model/entry';
import { KvError } from '../../../kv/model/errors';
import { ownHeaders } from '../../../kv/model/headers';
import type { KvConnection } from '../../../kv/model/kvConnection';
import type { KeyAddress } from '../../../kv/model/keyAddress';
import type { Stamp } from '../../../kv/model/stamp';
import type { FollowedKey } from '../../../kv/session/followedKey';

/** The headers of what is written, made of those that the value before it had of its writers. */
export type HeadersToWrite = (own: Entry['headers']) => Entry['headers'];

/** What is stored with a value anew while the value itself stays; what is left out stays as well. */
export type StoredFacts =
  | {
      readonly ttl: TtlChange;
      /** The message that the user saw; whichever there is when omitted. */
      readonly seen?: Stamp | undefined;
    }
  | {
      readonly headers: Entry['headers'];
      /** The message whose headers the user saw: those of no other are replaced. */
      readonly seen: Stamp;
    };

/** What was stored. `isDated`: the server has told when. */
export interface Stored {
  readonly entry: Entry;
  readonly isDated: boolean;
}

/**
 * Puts the value that a followed key has once more with other facts, by compare-and-swap. What was
 * stored, or undefined when the key has changed meanwhile. Throws when the outcome is not known.
 */
export async function storeAnew(
  followed: FollowedKey,
  { bucket, key }: KeyAddress,
  facts: StoredFacts,
  headersToWrite: HeadersToWrite,
): Promise<Stored | undefined> {
  const { entry } = followed;
  if (entry?.operation !== 'PUT') {
    throw new KvError('notFound', t('it has no value on the server'));
  }
  if (facts.seen && !isStill(entry, facts.seen, followed.isDated)) {
    return undefined;
  }
  const kept = entry.ttl === undefined ? undefined : ({ kind: 'keep' } as const);
  const ttl = 'ttl' in facts ? facts.ttl : kept;
  const headers = headersToWrite('headers' in facts ? facts.headers : ownHeaders(entry));
  const change = { ...(ttl && { ttl }), ...(headers.length > 0 && { headers }) };
  let stored: Stored | undefined;
  const ttlAsked = ttl?.kind === 'set' ? ttl.ttl : undefined;
  const asked = { ttl: ttl?.kind === 'keep' ? entry.ttl : ttlAsked, headers };
  const expected = entry.revision;
  const outcome = await followed.write(expected, async (connection) => {
    const written = await connection.put(bucket, key, entry.value, { expected, ...change });
    if (written.kind === 'saved') {
      stored = await readBack(connection, bucket, {
        ...entry,
        ...asked,
        revision: written.revision,
      });
    }
    if (stored) {
      followed.know(stored.entry, stored.isDated);
    }
    return written;
  });
  if (outcome.kind === 'unknown') {
    throw new KvError(
      'timeout',
      t(
        '{0}, so it is not known whether the value was stored; look at it when the connection is back',
        outcome.reason,
      ),
    );
  }
  if (!stored) {
    await followed.confirm();
    return undefined;
  }
  // The watch may have told when it was stored.
  const { entry: known, isDated } = followed;
  return known?.revision === stored.entry.revision ? { entry: known, isDated } : stored;
}

/**
 * What was written, as the server has it: it may keep a longer TTL than was asked for. What was asked for
 * where that cannot be read now, since it is stored for all that; undefined where it is gone again.
 */
async function readBack(
  connection: KvConnection,
  bucket: string,
  written: Entry,
): Promise<Stored | undefined> {
  const { key, revision } = written;
  try {
    const entry = await connection.getRevision(bucket, key, revision, { consistent: true });
    return entry && { entry, isDated: true };
  } catch {
    return { entry: { ...written, created: Date.now() }, isDated: false };
  }
}

/** Whether a message is the one that was seen, which may be one of ours that is not dated yet. */
function isStill(entry: Entry, seen: Stamp, isDated: boolean): boolean {
  const mayCompare = isDated && seen.created !== undefined;
  return entry.revision === seen.revision && (!mayCompare || entry.created === seen.created);
}
