import * as vscode from 'vscode';
import { inform } from '../../report';
import { plainWindow } from '../../../views/shown/plainWindow';
import { naturalOrder } from '../../../kv/base/naturalOrder';
import { isLive, type KeyInfo } from '../../../kv/model/entry';
import { throwIfCancelled } from '../../../kv/model/errors';
import type { DeletedEntries } from '../../../kv/operations/deletedEntries';
import { shownAge } from '../../../views/format/age';
import { formatCount } from '../../../views/format/format';
import { environmentTitle } from '../environmentTitle';
import type { BucketPlace } from './transferKeys';
import { bucketStatus } from '../bucketStatus';

/** The keys of a bucket whose last message is a marker; the listing can be cancelled. */
export function listMarkers({ session, bucket }: BucketPlace): Thenable<KeyInfo[]> {
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

export async function pickMarkers(
  { session, bucket }: BucketPlace,
  markers: readonly KeyInfo[],
): Promise<KeyInfo[] | undefined> {
  const now = Date.now();
  const items = markers.map((info) => ({
    label: info.key,
    description: `${operationText(info)} ${shownAge(info.created, now)}`,
    info,
  }));
  const picked = await plainWindow.showQuickPick(items, {
    canPickMany: true,
    title: environmentTitle(session.config, vscode.l10n.t('Restore Deleted Keys of {0}', bucket)),
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

/**
 * The markers whose keys can have a value that comes back: nothing is left of what was purged, nor
 * before a marker where the bucket keeps one revision of each key, but what is remembered here.
 */
export async function withValues(
  place: BucketPlace,
  deleted: DeletedEntries,
  markers: readonly KeyInfo[],
): Promise<KeyInfo[]> {
  const { session, bucket } = place;
  const status = await bucketStatus(session, bucket);
  return markers.filter(
    ({ key, revision, operation }) =>
      (operation !== 'PURGE' && status?.history !== 1) ||
      deleted.find({ connectionId: session.id, bucket, key }, revision, status?.created) !==
        undefined,
  );
}

export function tellNone({ bucket }: BucketPlace, markers: number): void {
  inform(
    markers === 0
      ? vscode.l10n.t('There are no deleted keys in {0}.', bucket)
      : vscode.l10n.t(
          'No deleted key in {0} has an earlier value that could come back ({1} looked at).',
          bucket,
          formatCount(markers),
        ),
  );
}
