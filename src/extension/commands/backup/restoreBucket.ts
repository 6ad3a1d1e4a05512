import * as vscode from 'vscode';
import { type BackupFolder, readBackup } from '../../../kv/backup/backupFolder';
import { restoreBackup, whyNotRestored } from '../../../kv/backup/backUp';
import { isKvError, KvError } from '../../../kv/model/errors';
import type { KvConnection } from '../../../kv/model/kvConnection';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import {
  formatCount,
  formatDuration,
  formatMoment,
  formatSize,
  messagesText,
} from '../../../views/format/format';
import { type BucketNode, bucketNode } from '../../../views/buckets/rows/nodes';
import { plainWindow } from '../../../views/shown/plainWindow';
import { confirmDestructive } from '../confirmDestructive';
import { withPlanProgress } from '../planProgress';
import { tellDone } from '../tellDone';
import { defaultFolder } from './backUpBuckets';

/** Asks for the folder of a backup and makes its bucket again, once it was told what that means. */
export async function restoreBucket(
  session: ConnectionSession,
  reveal: (bucket: BucketNode) => unknown,
): Promise<void> {
  const { t } = vscode.l10n;
  const [folder] =
    (await plainWindow.showOpenDialog({
      title: t('Restore a Bucket to {0}: the folder of its backup', session.name),
      openLabel: t('Restore'),
      canSelectFiles: false,
      canSelectFolders: true,
      defaultUri: defaultFolder(),
    })) ?? [];
  if (!folder) {
    return;
  }
  const backup = await readBackup(folder.fsPath);
  const connection = await session.connect();
  const { bucket } = backup.summary;
  await refuseWhatCannotBe(connection, session, backup);
  const replicas = copiesFor(connection, backup);
  const isMeant = await confirmDestructive({
    session,
    bucket,
    question: t('Restore {0} to {1}?', bucket, session.name),
    detail: consequences(backup, replicas, Date.now()).join(' '),
    action: t('Restore'),
  });
  if (!isMeant) {
    return;
  }
  const title = t('Restoring {0} to {1}', bucket, session.name);
  const { status, missing } = await withPlanProgress(
    title,
    backup.packed,
    (signal, onProgress) => restoreBackup(connection, backup, { signal, onProgress, replicas }),
    undefined,
    formatSize,
  );
  await session.loadBuckets();
  tellDone(
    [
      t('Restored {0}: {1}.', bucket, messagesText(status.values)),
      ...(missing > 0 ? [t('{0} more had expired since and are gone.', formatCount(missing))] : []),
    ].join(' '),
    { label: t('Show in Tree'), run: () => reveal(bucketNode(session, bucket)) },
  );
}

/** What the user reads before the restore, a sentence each. `replicas`: what the bucket gets. */
export function consequences(
  { summary }: Pick<BackupFolder, 'summary'>,
  replicas: number,
  now: number,
): string[] {
  const { t } = vscode.l10n;
  const { messages, size, firstRevision, lastRevision, lastUpdate, ttl, mirrorOf } = summary;
  const goes = ttl > 0 && lastUpdate !== undefined;
  return [
    messages === 0
      ? t('The backup holds no messages.')
      : t(
          'The backup holds {0}, {1}, of the revisions {2} to {3}.',
          messagesText(messages),
          formatSize(size),
          formatCount(firstRevision),
          formatCount(lastRevision),
        ),
    ...(lastUpdate === undefined ? [] : [t('The last was written {0}.', formatMoment(lastUpdate))]),
    ...(goes && lastUpdate + ttl <= now
      ? [t('All of it is older than its TTL of {0} and goes at once.', formatDuration(ttl))]
      : goes
        ? [t('What is older than its TTL of {0} goes at once.', formatDuration(ttl))]
        : []),
    ...(replicas < summary.replicas
      ? [
          t(
            'It had {0} copies; this server is alone, so that it gets one.',
            formatCount(summary.replicas),
          ),
        ]
      : []),
    ...(mirrorOf === undefined ? [] : [t('It goes on copying {0}.', mirrorOf)]),
  ];
}

async function refuseWhatCannotBe(
  connection: KvConnection,
  session: ConnectionSession,
  backup: BackupFolder,
): Promise<void> {
  const reason = whyNotRestored(connection, backup);
  if (reason !== undefined) {
    throw new KvError('unsupported', reason);
  }
  const { bucket } = backup.summary;
  try {
    await connection.bucketStatus(bucket);
  } catch (error) {
    if (isKvError(error, 'notFound') || isKvError(error, 'denied')) {
      return;
    }
    throw error;
  }
  const message = vscode.l10n.t(
    '{0} is on {1} already, and a backup can only be restored under its own name; back up and delete the bucket that is there first',
    bucket,
    session.name,
  );
  throw new KvError('alreadyExists', message);
}

/** A server that is in no cluster keeps one copy. */
function copiesFor({ state }: KvConnection, { summary }: BackupFolder): number {
  const { current } = state;
  const isAlone = current.kind === 'connected' && current.server.cluster === undefined;
  return isAlone ? 1 : summary.replicas;
}
