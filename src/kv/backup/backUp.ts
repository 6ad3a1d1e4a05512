import { t } from '../base/l10n';
import type { BucketStatus } from '../model/bucket';
import { KvError } from '../model/errors';
import type { CallOptions, KvConnection } from '../model/kvConnection';
import { isAtLeast } from '../base/versions';
import { arcSince } from './archive';
import { type BackupFolder, writeBackup } from './backupFolder';
import { type BackupSummary, summaryOf } from './backupSummary';

export interface ProgressOptions extends CallOptions {
  /** Told of the bytes of the archive that are written, or that the server has taken. */
  readonly onProgress?: (bytes: number) => void;
}

export interface BackedUp extends BackupSummary {
  /** Bytes of the archive. */
  readonly packed: number;
}

/** Writes all that a bucket holds to a folder that is not there yet. Nothing is left when it fails. */
export async function backUp(
  connection: KvConnection,
  bucket: string,
  folder: string,
  { signal, onProgress = () => undefined }: ProgressOptions = {},
): Promise<BackedUp> {
  // What stops the writing must stop the server too.
  const stop = new AbortController();
  const signals = signal ? [stop.signal, signal] : [stop.signal];
  try {
    const snapshot = await connection.snapshot(bucket, { signal: AbortSignal.any(signals) });
    const summary = summaryOf(snapshot);
    const packed = await writeBackup(folder, snapshot, onProgress);
    return { ...summary, packed };
  } finally {
    stop.abort();
  }
}

/** What was restored. */
export interface Restored {
  readonly status: BucketStatus;
  /** Messages of the backup that the bucket does not have: those that have expired since. */
  readonly missing: number;
}

export interface RestoreBackupOptions extends ProgressOptions {
  /** How many copies the bucket gets; as many as it had when omitted. */
  readonly replicas?: number;
}

/** Makes a bucket of a backup. Throws as `KvConnection.restore`, and `unsupported` for a newer backup. */
export async function restoreBackup(
  connection: KvConnection,
  backup: BackupFolder,
  { replicas = backup.summary.replicas, ...options }: RestoreBackupOptions = {},
): Promise<Restored> {
  const reason = whyNotRestored(connection, backup);
  if (reason !== undefined) {
    throw new KvError('unsupported', reason);
  }
  const snapshot = backup.snapshot();
  const config =
    replicas === backup.summary.replicas
      ? snapshot.config
      : { ...snapshot.config, num_replicas: replicas };
  const status = await connection.restore({ ...snapshot, config }, options);
  return { status, missing: Math.max(0, backup.summary.messages - status.values) };
}

/** Why this server cannot read a backup; undefined when it can. */
export function whyNotRestored(
  { state }: Pick<KvConnection, 'state'>,
  { layout }: Pick<BackupFolder, 'layout'>,
): string | undefined {
  const { current } = state;
  const version = current.kind === 'connected' ? current.server.version : undefined;
  return layout === 'arc' && version !== undefined && !isAtLeast(version, arcSince)
    ? t(
        'the backup was made by nats-server 2.15 or later, and this is {0}, which cannot read it',
        version,
      )
    : undefined;
}
