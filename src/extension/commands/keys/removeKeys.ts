import * as vscode from 'vscode';
import {
  mostRemembered,
  type DeletedBatch,
  type DeletedEntries,
  type DeletedEntry,
} from '../../../kv/operations/deletedEntries';
import { isLive, type Entry, type WriteOutcome } from '../../../kv/model/entry';
import type { KvConnection } from '../../../kv/model/kvConnection';
import { formatCount } from '../../../views/format/format';
import { confirmDestructive } from '../confirmDestructive';
import { describeRows, type ChosenKey, type ChosenRows } from './folderRows';
import { BucketsCreated } from './bucketsCreated';
import { runOnKeys } from './runOnKeys';
import { removeEntry } from '../../../kv/operations/settleWrite';
import { tellUnknown } from './tellUnknown';
import { inform } from '../../report';

/** A key to remove, with the revision that was in view when it was chosen. */
interface Seen extends ChosenKey {
  readonly revision: number | undefined;
}

/** What became of a deletion: whether all went, and what of it can be undone. */
export interface Removed {
  readonly isDone: boolean;
  readonly batch: DeletedBatch;
}

interface Removal {
  readonly verb: string;
  readonly title: string;
  readonly ask: (chosen: ChosenRows) => { question: string; detail: string };
  readonly failed: (problems: number, total: number) => string;
  /** Removes one key; the outcome of the write. */
  readonly remove: (connection: KvConnection, key: Seen, revision: number) => Promise<WriteOutcome>;
}

/**
 * Deletes keys once that was confirmed, each only at the revision that was in view then. Their values
 * are kept in memory first, as far as `deleted` has room for them.
 */
export async function deleteKeys(
  log: vscode.LogOutputChannel,
  deleted: DeletedEntries,
  chosen: ChosenRows,
): Promise<Removed> {
  const batch: DeletedEntry[] = [];
  const created = new BucketsCreated();
  const remove: Removal['remove'] = async (connection, seen, expected) => {
    const { session, bucket, key } = seen;
    // What would be forgotten at once is not read: thousands of large values would fill the memory.
    const before = deleted.hasRoomAfter(batch)
      ? await readBefore(connection, seen, expected)
      : undefined;
    await (before && created.of(session, bucket));
    const place = { connection, bucket, key };
    const outcome = await removeEntry(place, 'DEL', { expected, onUnknown: tellUnknown(key) });
    if (outcome.kind === 'saved' && before) {
      const marker = outcome.revision;
      const bucketCreated = await created.of(session, bucket);
      batch.push({ connectionId: session.id, bucket, entry: before, marker, bucketCreated });
    }
    return outcome;
  };
  const isDone = await removeKeys(log, chosen, {
    verb: vscode.l10n.t('Delete'),
    title: vscode.l10n.t('Deleting keys'),
    ask: askToDelete,
    failed: (problems, total) =>
      total === 1
        ? vscode.l10n.t('Failed to delete')
        : vscode.l10n.t('Failed to delete {0} of {1} keys', problems, total),
    remove,
  });
  deleted.add(batch);
  return { isDone, batch };
}

/** Purges keys once that was confirmed, each only at the revision that was in view then. */
export async function purgeKeys(
  log: vscode.LogOutputChannel,
  deleted: DeletedEntries,
  chosen: ChosenRows,
): Promise<void> {
  await removeKeys(log, chosen, {
    verb: vscode.l10n.t('Purge'),
    title: vscode.l10n.t('Purging keys'),
    ask: askToPurge,
    failed: (problems, total) =>
      total === 1
        ? vscode.l10n.t('Failed to purge')
        : vscode.l10n.t('Failed to purge {0} of {1} keys', problems, total),
    remove: async (connection, { session, bucket, key }, expected) => {
      const place = { connection, bucket, key };
      const outcome = await removeEntry(place, 'PURGE', { expected, onUnknown: tellUnknown(key) });
      if (outcome.kind === 'saved') {
        deleted.forget(session.id, bucket, key);
      }
      return outcome;
    },
  });
}

/** Whether all keys were removed, and not given up or refused. */
async function removeKeys(
  log: vscode.LogOutputChannel,
  { keys, folder }: ChosenRows,
  removal: Removal,
): Promise<boolean> {
  if (keys.length === 0) {
    inform(vscode.l10n.t('Select the keys in the NATS KV view first.'));
    return false;
  }
  // What is confirmed is what was seen: the revisions are taken before the question.
  const items = await Promise.all(
    keys.map(async (key): Promise<Seen> => ({ ...key, revision: await revisionOf(key) })),
  );
  for (const group of byBucket(keys)) {
    if (!(await confirmGroup({ keys: group, folder }, removal))) {
      return false;
    }
  }
  const { title, failed, remove } = removal;
  const nameOf = ({ key }: Seen): string => key;
  return runOnKeys(log, { title, items, nameOf, failed }, async (seen) => {
    if (seen.revision === undefined) {
      return vscode.l10n.t('it is gone already');
    }
    const connection = await seen.session.connect();
    const outcome = await remove(connection, seen, seen.revision);
    switch (outcome.kind) {
      case 'saved':
        return undefined;
      case 'conflict':
        return vscode.l10n.t('it changed meanwhile and is still there');
      case 'unknown':
        return vscode.l10n.t('{0}, so it may be gone or not', outcome.reason);
    }
  });
}

/** The revision in view; read where the bucket has not been listed, as for a key in an editor. */
async function revisionOf({ session, bucket, key, seen }: ChosenKey): Promise<number | undefined> {
  if (seen !== undefined) {
    return seen;
  }
  const index = session.knownIndex(bucket);
  const listed = index?.get(key)?.revision;
  if (listed !== undefined || index?.state.current.kind === 'ready') {
    return listed;
  }
  const entry = await (await session.connect()).get(bucket, key, { consistent: true });
  return entry && isLive(entry) ? entry.revision : undefined;
}

/** The value that is about to be deleted; undefined when it has changed, so that the delete fails. */
async function readBefore(
  connection: KvConnection,
  { bucket, key }: Seen,
  revision: number,
): Promise<Entry | undefined> {
  const entry = await connection.get(bucket, key, { consistent: true });
  return entry?.revision === revision && isLive(entry) ? entry : undefined;
}

/** The keys of each bucket apart: each bucket is confirmed on its own. */
function byBucket(keys: readonly ChosenKey[]): ChosenKey[][] {
  const groups = new Map<string, ChosenKey[]>();
  for (const key of keys) {
    const place = `${key.session.id}/${key.bucket}`;
    const group = groups.get(place) ?? [];
    group.push(key);
    groups.set(place, group);
  }
  return [...groups.values()];
}

async function confirmGroup(chosen: ChosenRows, removal: Removal): Promise<boolean> {
  const [first] = chosen.keys;
  if (!first) {
    return true;
  }
  const { session, bucket } = first;
  return confirmDestructive({ session, bucket, ...removal.ask(chosen), action: removal.verb });
}

function askToDelete(chosen: ChosenRows) {
  const [bucket, place] = placeOf(chosen);
  const question = vscode.l10n.t('Delete {0} in {1} on {2}?', describeRows(chosen), bucket, place);
  const marker = vscode.l10n.t(
    'A delete marker is written. Earlier values stay only as far as the history of the bucket reaches.',
  );
  const undo =
    chosen.keys.length <= mostRemembered
      ? vscode.l10n.t('Undo Delete brings the last values back until the window is closed.')
      : vscode.l10n.t(
          'Undo Delete brings back the last values of {0} of them, no more, until the window is closed.',
          formatCount(mostRemembered),
        );
  return { question, detail: `${marker} ${undo}` };
}

function askToPurge(chosen: ChosenRows) {
  const [bucket, place] = placeOf(chosen);
  const question = vscode.l10n.t('Purge {0} in {1} on {2}?', describeRows(chosen), bucket, place);
  const detail = vscode.l10n.t(
    'The values and their whole history will be gone for good; only a marker stays. This cannot be undone.',
  );
  return { question, detail };
}

function placeOf({ keys }: ChosenRows): [bucket: string, connection: string] {
  return [keys[0]?.bucket ?? '', keys[0]?.session.name ?? ''];
}
