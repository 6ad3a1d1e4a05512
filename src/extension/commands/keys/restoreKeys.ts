import * as vscode from 'vscode';
import { ownHeaders, ttlLeft } from '../../../kv/operations/copyEntry';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { DeletedEntries, DeletedEntry } from '../../../kv/operations/deletedEntries';
import { isLive, type Entry, type KeyInfo, type WriteOutcome } from '../../../kv/model/entry';
import { throwIfCancelled } from '../../../kv/model/errors';
import type { KvConnection } from '../../../kv/model/kvConnection';
import { naturalOrder } from '../../../kv/base/naturalOrder';
import { formatAge } from '../../../views/format/age';
import type { KeyNode, TreeNode } from '../../../views/buckets/rows/nodes';
import type { Connections } from '../../../kv/session/connections';
import { pickBucket } from '../target';
import { runOnKeys } from './runOnKeys';
import { plainWindow } from '../../../views/shown/plainWindow';

interface Place {
  readonly session: ConnectionSession;
  readonly bucket: string;
}

/** Puts the values of the last deletion back, each over the very marker that the deletion left. */
export async function undoDelete(
  connections: Connections,
  log: vscode.LogOutputChannel,
  deleted: DeletedEntries,
): Promise<void> {
  const items = deleted.takeLast();
  if (!items) {
    void plainWindow.showInformationMessage(
      vscode.l10n.t('There is nothing to undo: no key was deleted in this window.'),
    );
    return;
  }
  // Each is kept until its end is known, so that it can be tried again.
  const left = new Set(items);
  const batch = {
    title: vscode.l10n.t('Restoring keys'),
    items,
    nameOf: ({ entry }: DeletedEntry) => entry.key,
    failed: failedToRestore,
  };
  await runOnKeys(log, batch, async (item) => {
    const session = connections.get(item.connectionId);
    if (!session) {
      return vscode.l10n.t('its connection is gone');
    }
    const connection = await session.connect();
    const outcome = await putBack(connection, item.bucket, item.entry, item.marker);
    if (outcome.kind !== 'unknown') {
      left.delete(item);
    }
    return problemOf(outcome);
  });
  deleted.add([...left]);
}

/** Lets the user choose among the deleted keys of a bucket, and restores the last value of each. */
export async function restoreDeletedKeys(
  connections: Connections,
  log: vscode.LogOutputChannel,
  deleted: DeletedEntries,
  node: TreeNode | undefined,
): Promise<void> {
  const place = await pickBucket(connections, node);
  const markers = place && (await listMarkers(place));
  if (!place || !markers) {
    return;
  }
  if (markers.length === 0) {
    void plainWindow.showInformationMessage(
      vscode.l10n.t('There are no deleted keys in {0}.', place.bucket),
    );
    return;
  }
  const items = await pickMarkers(place.bucket, markers);
  if (!items || items.length === 0) {
    return;
  }
  const batch = {
    title: vscode.l10n.t('Restoring keys'),
    items,
    nameOf: ({ key }: KeyInfo) => key,
    failed: failedToRestore,
  };
  await runOnKeys(log, batch, (marker, signal) => restore(place, deleted, marker, signal));
}

/** Restores the last values of keys that are shown as deleted. */
export async function restoreRows(
  log: vscode.LogOutputChannel,
  deleted: DeletedEntries,
  items: readonly KeyNode[],
): Promise<void> {
  const job = {
    title: vscode.l10n.t('Restoring keys'),
    items,
    nameOf: ({ key }: KeyNode) => key,
    failed: failedToRestore,
  };
  await runOnKeys(log, job, async (row, signal) => {
    const connection = await row.session.connect();
    const last = await connection.get(row.bucket, row.key, { consistent: true, signal });
    if (!last) {
      return vscode.l10n.t('the bucket keeps no earlier value of it');
    }
    return isLive(last)
      ? vscode.l10n.t('it was written meanwhile and was left as it is')
      : restore(row, deleted, last, signal);
  });
}

async function restore(
  { session, bucket }: Place,
  deleted: DeletedEntries,
  { key, revision }: KeyInfo,
  signal: AbortSignal,
): Promise<string | undefined> {
  const connection = await session.connect();
  const stored = await lastValue(connection, bucket, key, signal);
  const entry = stored ?? deleted.find(session.id, bucket, key, revision);
  return entry
    ? problemOf(await putBack(connection, bucket, entry, revision))
    : vscode.l10n.t('the bucket keeps no earlier value of it');
}

/** The newest value that the history still has of a key. */
async function lastValue(
  connection: KvConnection,
  bucket: string,
  key: string,
  signal: AbortSignal,
): Promise<Entry | undefined> {
  const history = await connection.historyInfo(bucket, key, { signal });
  const last = history.findLast(isLive);
  const options = { consistent: true, signal };
  return last && connection.getRevision(bucket, key, last.revision, options);
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
  return connection.put(bucket, entry.key, entry.value, {
    expected,
    headers: ownHeaders(entry),
    ...(ttl !== undefined && { ttl: { kind: 'set', ttl } as const }),
  });
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

/** The keys of a bucket whose last message is a marker; the listing can be cancelled. */
function listMarkers({ session, bucket }: Place): Thenable<KeyInfo[]> {
  const title = vscode.l10n.t('Looking for deleted keys in {0}', bucket);
  const location = vscode.ProgressLocation.Notification;
  return plainWindow.withProgress(
    { location, title, cancellable: true },
    async (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      const connection = await session.connect();
      const markers: KeyInfo[] = [];
      let seen = 0;
      for await (const keys of connection.list(bucket, { signal: abort.signal })) {
        seen += keys.length;
        keys.forEach((info) => {
          if (!isLive(info)) {
            markers.push(info);
          }
        });
        progress.report({ message: vscode.l10n.t('{0} of {1}', markers.length, seen) });
      }
      throwIfCancelled(abort.signal);
      const compare = naturalOrder();
      return markers.sort((a, b) => compare(a.key, b.key));
    },
  );
}

async function pickMarkers(
  bucket: string,
  markers: readonly KeyInfo[],
): Promise<KeyInfo[] | undefined> {
  const now = Date.now();
  const items = markers.map((info) => ({
    label: info.key,
    description: `${operationText(info)} ${formatAge(info.created, now)}`,
    info,
  }));
  const picked = await plainWindow.showQuickPick(items, {
    canPickMany: true,
    title: vscode.l10n.t('Restore Deleted Keys of {0}', bucket),
    placeHolder: vscode.l10n.t('Keys whose last value comes back'),
  });
  return picked?.map(({ info }) => info);
}

function operationText({ operation }: KeyInfo): string {
  switch (operation) {
    case 'EXPIRED':
      return vscode.l10n.t('expired');
    case 'PURGE':
      return vscode.l10n.t('purged');
    case 'DEL':
    case 'PUT':
      return vscode.l10n.t('deleted');
  }
}
