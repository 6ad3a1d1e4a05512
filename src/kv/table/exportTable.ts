import { t } from '../base/l10n';
import { readInBatches } from '../find/batchReading';
import { isLive, type Entry } from '../model/entry';
import { KvError, throwIfCancelled } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';
import { TextSink, type FileStore } from '../transfer/files';
import { partialPath, removeDeadPartials } from '../transfer/partials';
import { copiedRow } from './copiedCell';
import type { KeyTable, TableRow } from './keyTable';
import { needsEntry, type TableColumn } from './tableColumn';
import { headText, rowsText, tailText, type ExportFormat } from './tableText';

export interface TableExport {
  readonly table: KeyTable;
  readonly columns: readonly TableColumn[];
  readonly connection: KvConnection;
  readonly bucket: string;
  readonly format: ExportFormat;
  readonly files: FileStore;
  /** Path of the file to make. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** Rest between two requests, in milliseconds. */
  readonly pauseMs: number;
  readonly onProgress: (done: number, total: number) => void;
}

export interface TableExported {
  readonly rows: number;
  /** Keys that were deleted since the rows were put in order: they are left out. */
  readonly gone: number;
  /** Keys whose values could not be read: their cells are empty. */
  readonly unread: number;
}

const keysAtOnce = 2_000;

/**
 * Writes all rows of a table in the order that they have when it begins, each with what its key has when
 * its turn comes. The file has its name once it is whole: what is half is removed. Holds the names of the
 * keys and a few thousand values at a time.
 */
export async function exportTable(task: TableExport): Promise<TableExported> {
  const { table, bucket, files, path, signal } = task;
  const { bucketCreated } = table;
  await removeDeadPartials(files, path);
  const partial = partialPath(path);
  let sink: TextSink | undefined;
  try {
    sink = new TextSink(await files.create(partial));
    const written = await write(task, sink);
    if (table.bucketCreated !== bucketCreated) {
      throw new KvError('notFound', t('"{0}" was deleted and made again meanwhile', bucket));
    }
    await sink.end();
    throwIfCancelled(signal);
    await files.rename(partial, path);
    return written;
  } catch (error) {
    try {
      await sink?.abandon();
    } finally {
      await files.remove(partial);
    }
    throw error;
  }
}

async function write(task: TableExport, sink: TextSink): Promise<TableExported> {
  const { table, columns, format, signal, onProgress } = task;
  const keys = await table.keysInOrder(signal);
  const names = columns.map(({ id }) => id);
  let [rows, gone, unread] = [0, 0, 0];
  sink.add(headText(format, names));
  for (let at = 0; at < keys.count; at += keysAtOnce) {
    throwIfCancelled(signal);
    const part = keys.part(at, keysAtOnce);
    const read = await readPart(task, part);
    gone += part.length - read.rows.length;
    unread += read.unread;
    const cells = read.rows.map((row) => copiedRow(row, columns, table.ttl));
    sink.add(rowsText(format, { columns: names, rows: cells }, rows === 0));
    rows += cells.length;
    await sink.rest();
    onProgress(at + part.length, keys.count);
  }
  sink.add(tailText(format));
  return { rows, gone, unread };
}

async function readPart(
  { table, columns, connection, bucket, signal, pauseMs }: TableExport,
  keys: readonly string[],
): Promise<{ rows: TableRow[]; unread: number }> {
  if (!columns.some(needsEntry)) {
    const rows = keys.map((key) => ({ key, info: table.infoOf(key), entry: undefined }));
    return { rows: rows.filter(({ info }) => info), unread: 0 };
  }
  const rows: TableRow[] = [];
  const failed = new Set<string>();
  const onUnreadable = (key: string): void => void failed.add(key);
  const reading = { connection, bucket, keys, signal, pauseMs, onUnreadable };
  let at = 0;
  for await (const entries of readInBatches(reading)) {
    for (const entry of entries) {
      const row = rowOf(table, keys[at++] ?? '', entry, failed);
      rows.push(...(row ? [row] : []));
    }
  }
  return { rows, unread: failed.size };
}

/** What was read is what is told of the key too. */
function rowOf(
  table: KeyTable,
  key: string,
  entry: Entry | undefined,
  failed: ReadonlySet<string>,
): TableRow | undefined {
  if (!entry) {
    const info = failed.has(key) ? table.infoOf(key) : undefined;
    return info && { key, info, entry };
  }
  return isLive(entry) ? { key, info: entry, entry } : undefined;
}
