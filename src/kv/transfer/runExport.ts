import { t } from '../base/l10n';
import type { Entry } from '../model/entry';
import { KvError, throwIfCancelled } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';
import { entriesOf, type TransferScope } from './scope';
import type { ExportHeader, ExportNotes, ExportWriter } from './exportWriter';
import type { FileStore } from './files';
import { partialPath, removeDeadPartials } from './partials';
import { FolderWriter } from './formats/folder';
import { NdjsonWriter } from './formats/ndjson';
import { PeopleWriter } from './formats/people';
import type { PeopleForm } from './formats/peopleText';

/** The form of an export. Only NDJSON holds earlier revisions. */
export type ExportForm = { readonly kind: 'ndjson' | 'folder' } | PeopleForm;

export interface ExportTask {
  readonly connection: KvConnection;
  readonly bucket: string;
  readonly scope: TransferScope;
  readonly form: ExportForm;
  readonly files: FileStore;
  /** Path of the file or folder to make. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** Entries that have been written. */
  readonly onProgress?: (done: number) => void;
}

export interface ExportResult {
  readonly entries: number;
  /** Bytes of all values. */
  readonly bytes: number;
  readonly notes: ExportNotes;
}

/**
 * Exports entries under another name, and gives the result its name once it is whole: nothing half
 * ever stands there, and what is half is removed, as is what an export to this place left whose process died. Throws `alreadyExists` for a folder that is there,
 * `notFound` when the bucket was made again meanwhile.
 */
export async function runExport(task: ExportTask): Promise<ExportResult> {
  const { connection, bucket, scope, files, path, signal } = task;
  if (task.form.kind === 'folder' && (await files.stat(path))) {
    throw new KvError('alreadyExists', t('{0} is there already; choose another name', path));
  }
  const status = await connection.bucketStatus(bucket, { signal });
  await removeDeadPartials(files, path);
  const partial = partialPath(path);
  let writer: ExportWriter | undefined;
  try {
    const header = headerOf(status, scope);
    writer = await writerOf(task, partial, header);
    const counts = await copy(entriesOf(connection, bucket, scope, signal), writer, task);
    const after = await connection.bucketStatus(bucket, { signal });
    if (after.created !== status.created) {
      throw new KvError('notFound', t('"{0}" was deleted and made again meanwhile', bucket));
    }
    const notes = await writer.end();
    throwIfCancelled(signal);
    await files.rename(partial, path);
    return { ...counts, notes };
  } catch (error) {
    try {
      await writer?.abandon();
    } finally {
      await files.remove(partial);
    }
    throw error;
  }
}

async function copy(
  batches: AsyncIterable<readonly Entry[]>,
  writer: ExportWriter,
  { signal, onProgress }: ExportTask,
): Promise<{ entries: number; bytes: number }> {
  let [entries, bytes] = [0, 0];
  for await (const batch of batches) {
    throwIfCancelled(signal);
    await writer.write(batch);
    entries += batch.length;
    bytes += batch.reduce((sum, { size }) => sum + size, 0);
    onProgress?.(entries);
  }
  return { entries, bytes };
}

function headerOf(
  status: Awaited<ReturnType<KvConnection['bucketStatus']>>,
  { filters, history = false }: TransferScope,
): ExportHeader {
  const { name, created, asOf, lastRevision } = status;
  return {
    bucket: name,
    bucketCreated: new Date(created).toISOString(),
    ...(asOf !== undefined && { serverTime: new Date(asOf).toISOString() }),
    lastRevision,
    ...(filters && { filters }),
    history,
  };
}

async function writerOf(
  { files, form }: ExportTask,
  path: string,
  header: ExportHeader,
): Promise<ExportWriter> {
  switch (form.kind) {
    case 'ndjson':
      return NdjsonWriter.create(files, path, header);
    case 'folder':
      return FolderWriter.create(files, path, header);
    case 'json':
    case 'yaml':
    case 'csv':
      return new PeopleWriter(files, path, form);
  }
}
