import * as vscode from 'vscode';
import { ownHeaders } from '../../../kv/model/headers';
import { ttlLeft } from '../../../kv/operations/copyEntry';
import {
  isOfBucket,
  type DeletedBatch,
  type DeletedEntries,
  type DeletedEntry,
} from '../../../kv/operations/deletedEntries';
import { isSameMessage, stampOf } from '../../../kv/model/stamp';
import { isLive, type Entry, type KeyInfo, type WriteOutcome } from '../../../kv/model/entry';
import type { KvConnection } from '../../../kv/model/kvConnection';
import { displayText } from '../../../kv/values/displayText';
import { formatCount } from '../../../views/format/format';
import type { KeyNode, TreeNode } from '../../../views/buckets/rows/nodes';
import type { Connections } from '../../../kv/session/connections';
import { openKeyEditor } from '../../documents/editors/openKeyEditor';
import { confirmInProduction } from '../confirmDestructive';
import { pickBucket } from '../target';
import { opening, tellDone } from '../tellDone';
import { listMarkers, pickMarkers, tellNone, withValues } from './deletedKeys';
import { writeHeaders } from '../../writeHeaders';
import { BucketsCreated } from './bucketsCreated';
import { runOnKeys } from './runOnKeys';
import type { BucketPlace } from './transferKeys';
import { settleWrite } from '../../../kv/operations/settleWrite';
import { tellUnknown } from './tellUnknown';
import { Once } from '../once';
import { inform } from '../../report';

interface KeyPlace extends BucketPlace {
  readonly key: string;
}

interface Restoring extends BucketPlace {
  readonly deleted: DeletedEntries;
  readonly once?: Once;
}

/**
 * Puts the values of a deletion back, of the last one when none is given, each over the very marker
 * that the deletion left.
 */
export async function undoDelete(
  connections: Connections,
  log: vscode.LogOutputChannel,
  deleted: DeletedEntries,
  batch?: DeletedBatch,
): Promise<void> {
  const items = batch ? deleted.take(batch) : deleted.takeLast();
  if (!items || items.length === 0) {
    inform(
      batch
        ? vscode.l10n.t(
            'There is nothing left to undo of that: it was undone already, or went on since then.',
          )
        : vscode.l10n.t('There is nothing to undo: no key was deleted in this window.'),
    );
    return;
  }
  // Each is kept until its end is known, so that it can be tried again.
  const left = new Set(items);
  const created = new BucketsCreated();
  const job = {
    title: vscode.l10n.t('Restoring keys'),
    items,
    nameOf: ({ entry }: DeletedEntry) => entry.key,
    failed: failedToRestore,
  };
  const isDone = await runOnKeys(log, job, async (item) => {
    const session = connections.get(item.connectionId);
    if (!session) {
      return vscode.l10n.t('its connection is gone');
    }
    const connection = await session.connect();
    if (!isOfBucket(item, await created.of(session, item.bucket))) {
      left.delete(item);
      return vscode.l10n.t('its bucket was deleted and made again meanwhile');
    }
    const outcome = await putBack(connection, item.bucket, item.entry, item.marker);
    if (outcome.kind !== 'unknown') {
      left.delete(item);
    }
    return problemOf(outcome);
  });
  deleted.add([...left]);
  const [first] = items;
  const session = first && connections.get(first.connectionId);
  if (isDone && session) {
    tellRestored(items.map(({ bucket, entry }) => ({ session, bucket, key: entry.key })));
  }
}

function tellRestored(keys: readonly KeyPlace[]): void {
  const [first] = keys;
  if (first && keys.length === 1) {
    const { session, bucket, key } = first;
    tellDone(
      vscode.l10n.t('Restored {0}.', displayText(key)),
      opening(() => openKeyEditor(session, bucket, key)),
    );
  } else {
    tellDone(vscode.l10n.t('Restored {0} keys.', formatCount(keys.length)));
  }
}

/** Lets the user choose among the deleted keys of a bucket, and restores the last value of each. */
export async function restoreDeletedKeys(
  connections: Connections,
  log: vscode.LogOutputChannel,
  deleted: DeletedEntries,
  node: TreeNode | undefined,
): Promise<void> {
  const place = await pickBucket(connections, node);
  if (!place) {
    return;
  }
  const all = await listMarkers(place);
  const markers = await withValues(place, deleted, all);
  if (markers.length === 0) {
    tellNone(place, all.length);
    return;
  }
  const items = await pickMarkers(place, markers);
  const action = vscode.l10n.t('Restore');
  if (!items?.length || !(await confirmInProduction(place, items.length, action))) {
    return;
  }
  const batch = {
    title: vscode.l10n.t('Restoring keys'),
    items,
    nameOf: ({ key }: KeyInfo) => key,
    failed: failedToRestore,
  };
  const isDone = await runOnKeys(log, batch, (marker, signal) =>
    restore({ ...place, deleted }, marker, signal),
  );
  if (isDone) {
    tellRestored(items.map(({ key }) => ({ ...place, key })));
  }
}

/** Restores the last values of keys that are shown as deleted. */
export async function restoreRows(
  log: vscode.LogOutputChannel,
  deleted: DeletedEntries,
  items: readonly KeyNode[],
  once = new Once(),
): Promise<void> {
  const [first] = items;
  const action = vscode.l10n.t('Restore');
  if (!first || !(await confirmInProduction(first, items.length, action))) {
    return;
  }
  const job = {
    title: vscode.l10n.t('Restoring keys'),
    items,
    nameOf: ({ key }: KeyNode) => key,
    failed: failedToRestore,
  };
  const isDone = await runOnKeys(log, job, async (row, signal) => {
    const connection = await row.session.connect();
    const last = await connection.get(row.bucket, row.key, { consistent: true, signal });
    if (!last) {
      return vscode.l10n.t('the bucket keeps no earlier value of it');
    }
    if (isLive(last)) {
      // A second click comes after the first has been done.
      return once.has(nameOf(row, last))
        ? undefined
        : vscode.l10n.t('it was written meanwhile and was left as it is');
    }
    return restore({ ...row, deleted, once }, last, signal);
  });
  if (isDone) {
    tellRestored(items);
  }
}

async function restore(
  { session, bucket, deleted, once = new Once() }: Restoring,
  marker: KeyInfo,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { key, revision } = marker;
  return once.run(nameOf({ session, bucket }, marker), async () => {
    const connection = await session.connect();
    const history = await connection.historyInfo(bucket, key, { signal });
    const last = history.at(-1);
    if (!last || !isSameMessage(stampOf(last), stampOf(marker))) {
      return problemOf({ kind: 'conflict' });
    }
    const stored = await lastValue(connection, bucket, history, signal);
    const created = await new BucketsCreated().of(session, bucket);
    const address = { connectionId: session.id, bucket, key };
    const entry = stored ?? deleted.find(address, revision, created);
    if (!entry) {
      return vscode.l10n.t('the bucket keeps no earlier value of it');
    }
    const outcome = await putBack(connection, bucket, entry, revision);
    if (outcome.kind === 'saved') {
      once.add(nameOf({ session, bucket }, { key, revision: outcome.revision }));
    }
    return problemOf(outcome);
  });
}

function nameOf(
  { session, bucket }: BucketPlace,
  { key, revision }: Pick<KeyInfo, 'key' | 'revision'>,
) {
  return [session.id, bucket, key, revision].join(' ');
}

/** The newest value that the history still has of a key. */
async function lastValue(
  connection: KvConnection,
  bucket: string,
  history: readonly KeyInfo[],
  signal: AbortSignal,
): Promise<Entry | undefined> {
  const last = history.findLast(isLive);
  const options = { consistent: true, signal };
  return last && connection.getRevision(bucket, last.key, last.revision, options);
}

/** Puts a value over a marker, with what is left of its TTL; one whose time is over lives on. */
function putBack(
  connection: KvConnection,
  bucket: string,
  entry: Entry,
  expected: number,
): Promise<WriteOutcome> {
  const now = Date.now();
  const isOver = typeof entry.ttl === 'number' && entry.created + entry.ttl <= now;
  const ttl = isOver ? undefined : ttlLeft(entry, now);
  const change = {
    expected,
    headers: writeHeaders(ownHeaders(entry)),
    ...(ttl !== undefined && { ttl: { kind: 'set', ttl } as const }),
  };
  const { key, value } = entry;
  return settleWrite(
    { connection, bucket, key },
    { value, ...change },
    { expected, onUnknown: tellUnknown(key) },
    (signal) => connection.put(bucket, key, value, { ...change, signal }),
  );
}

function problemOf(outcome: WriteOutcome): string | undefined {
  switch (outcome.kind) {
    case 'saved':
      return undefined;
    case 'conflict':
      return vscode.l10n.t('it was written meanwhile and was left as it is');
    case 'unknown':
      return vscode.l10n.t('{0}, so it may be restored or not', outcome.reason);
  }
}

function failedToRestore(problems: number, total: number): string {
  return total === 1
    ? vscode.l10n.t('Failed to restore')
    : vscode.l10n.t('Failed to restore {0} of {1} keys', problems, total);
}
