import { t } from '../../kv/base/l10n';
import { editsOf, type KeyEdit } from '../../kv/manyKeys/changes';
import type { KeysAt } from '../../kv/manyKeys/manyKeys';
import { matcherOf } from '../../kv/manyKeys/readKeys';
import { readManyKeys } from '../../kv/manyKeys/readText';
import { KvError } from '../../kv/model/errors';
import { entryOf, type OpenManyKeys } from './openManyKeys';
import { conflictText, markersOf } from './serverFacts';

/** What a save would write of a text. */
export interface PreparedKeys {
  readonly open: OpenManyKeys;
  readonly text: string;
  readonly edits: readonly KeyEdit[];
  /** All of it or nothing, as the user is told before; what the bucket takes by then changes nothing of that. */
  readonly isAtomic: boolean;
  /** The bucket that the text was made of, as it is named by when it was created. */
  readonly bucketCreated: number;
}

/**
 * What a text writes that was made of `base`, by what is known of the server. Throws where it cannot be saved:
 * `invalidConfig` for the text, `server` for keys that others have changed too.
 */
export async function prepareKeys(
  open: OpenManyKeys,
  text: string,
  base: KeysAt | undefined,
): Promise<PreparedKeys> {
  const { latest, session, address } = open;
  if (!base || !latest) {
    throw new KvError('server', t('it is not known any more what this text was made of'));
  }
  const { keys, problems } = readManyKeys(text);
  const [problem] = problems;
  if (problem) {
    const line = text.slice(0, problem.offset).split('\n').length;
    throw new KvError('invalidConfig', t('line {0}: {1}', line, problem.message));
  }
  const isOurs = matcherOf(address.scope);
  const stray = keys.find(({ key }) => !base.entries.has(key) && !isOurs(key));
  if (stray) {
    throw new KvError('invalidConfig', t('"{0}" is none of the keys of this document', stray.key));
  }
  const made = keys.flatMap(({ key }) => (base.entries.has(key) ? [] : [key]));
  const markers = await markersOf(await session.connect(), address.bucket, made);
  const edits = editsOf(base.entries, keys, (key) => markers.get(key) ?? 0);
  const { conflicts, remade } = open.sideOf(edits, base);
  if (remade) {
    throw new KvError(
      'server',
      t('{0} was deleted and made again; nothing was sent', address.bucket),
    );
  }
  if (conflicts.length > 0) {
    throw new KvError('server', conflictText(conflicts));
  }
  // What others have written just so needs no write.
  const isNeeded = ({ change: { key } }: KeyEdit): boolean =>
    base.entries.get(key)?.revision === latest.entries.get(key)?.revision;
  return {
    ...{ open, text, edits: edits.filter(isNeeded) },
    ...{ isAtomic: open.atomic === 'on', bucketCreated: base.bucketCreated },
  };
}

/** What texts are made of once some edits were written, in their order from the first on. */
export function withWritten(
  base: KeysAt,
  edits: readonly KeyEdit[],
  revisions: readonly number[],
): KeysAt {
  const entries = new Map(base.entries);
  edits.slice(0, revisions.length).forEach((edit, at) => {
    const entry = entryOf(edit, revisions[at]);
    if (entry) {
      entries.set(entry.key, entry);
    } else {
      entries.delete(edit.change.key);
    }
  });
  return { ...base, entries, revision: Math.max(base.revision, ...revisions) };
}
