import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { t } from '../base/l10n';
import { renameFile } from '../base/renameFile';
import type { BackupFacts, BucketSnapshot } from '../model/backup';
import { KvError, messageOf } from '../model/errors';
import { parseExactly } from '../values/exactJson';
import { type ArchiveLayout, archiveName, headBytes, layoutOf } from './archive';
import { type BackupSummary, summaryOf } from './backupSummary';

const factsName = 'backup.json';
/** The archive, until it is known which layout it has. */
const unnamed = 'stream.s2';
const layouts: readonly ArchiveLayout[] = ['arc', 'tar'];
const readBytes = 128 * 1024;
/** A configuration takes some kilobytes; more of it is something else. */
const maxFactsBytes = 16 * 1024 * 1024;

/** A backup on disk, as the `nats` CLI writes and reads it. */
export interface BackupFolder {
  readonly facts: BackupFacts;
  readonly summary: BackupSummary;
  readonly layout: ArchiveLayout;
  /** Bytes of the archive. */
  readonly packed: number;
  /** The same as it was taken; its chunks can be read once. */
  snapshot(): BucketSnapshot;
}

/**
 * Writes a snapshot to a folder that is not there yet. It appears under its name once all is written,
 * and nothing is left of it when that fails. Returns the bytes of the archive.
 */
export async function writeBackup(
  folder: string,
  snapshot: BucketSnapshot,
  onProgress: (bytes: number) => void,
): Promise<number> {
  const partial = `${folder}.partial`;
  await refuseExisting(folder);
  await mkdir(partial, { mode: 0o700 });
  try {
    const { bytes, layout } = await writeArchive(join(partial, unnamed), snapshot, onProgress);
    await renameFile(join(partial, unnamed), join(partial, archiveName(layout)));
    const { config, state } = snapshot;
    const text = JSON.stringify({ config, state }, undefined, 2);
    await writeFile(join(partial, factsName), text, { mode: 0o600 });
    await renameFile(partial, folder);
    return bytes;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Throws `invalidConfig` for a folder without a backup of a bucket, saying what is wrong with it. */
export async function readBackup(folder: string): Promise<BackupFolder> {
  const facts = await readFacts(join(folder, factsName));
  const summary = summaryOf(facts);
  for (const layout of layouts) {
    const path = join(folder, archiveName(layout));
    const packed = await sizeOf(path);
    if (packed !== undefined) {
      await checkLayout(path, layout);
      const snapshot = () => ({ ...facts, chunks: readChunks(path) });
      return { facts, summary, layout, packed, snapshot };
    }
  }
  const names = layouts.map(archiveName).join(' or ');
  throw new KvError(
    'invalidConfig',
    t('there is no {0} beside {1} in "{2}"', names, factsName, folder),
  );
}

async function writeArchive(
  path: string,
  { chunks }: BucketSnapshot,
  onProgress: (bytes: number) => void,
): Promise<{ readonly bytes: number; readonly layout: ArchiveLayout }> {
  const file = await open(path, 'wx', 0o600);
  let bytes = 0;
  let head = Buffer.alloc(0);
  try {
    for await (const chunk of chunks) {
      if (head.length < headBytes) {
        head = Buffer.concat([head, chunk.subarray(0, headBytes)]);
      }
      await file.writeFile(chunk);
      onProgress((bytes += chunk.length));
    }
    await file.sync();
  } finally {
    await file.close();
  }
  const layout = layoutOf(head);
  if (layout === undefined) {
    throw new KvError('server', t('the server sent something else than a backup'));
  }
  return { bytes, layout };
}

async function refuseExisting(folder: string): Promise<void> {
  if ((await sizeOf(folder)) !== undefined) {
    throw new KvError('alreadyExists', t('"{0}" is there already', folder));
  }
}

async function readFacts(path: string): Promise<BackupFacts> {
  const size = await sizeOf(path);
  if (size === undefined) {
    const message = t('there is no "{0}": choose the folder that a backup was written to', path);
    throw new KvError('invalidConfig', message);
  }
  if (size > maxFactsBytes) {
    throw new KvError('invalidConfig', t('"{0}" is too large for what is told of a backup', path));
  }
  const facts = parse(path, await readFile(path, 'utf8'));
  const { config, state } = facts as { readonly config?: unknown; readonly state?: unknown };
  if (!isRecord(config) || !isRecord(state)) {
    throw new KvError('invalidConfig', t('"{0}" has no "config" and "state" of a stream', path));
  }
  return { config, state };
}

function parse(path: string, text: string): object {
  try {
    const value = parseExactly(text);
    return isRecord(value) ? value : {};
  } catch (error) {
    throw new KvError('invalidConfig', t('"{0}" is not JSON: {1}', path, messageOf(error)));
  }
}

async function checkLayout(path: string, layout: ArchiveLayout): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const found = layoutOf(buffer.subarray(0, bytesRead));
    if (found !== layout) {
      const what =
        found === undefined ? t('no backup of a stream') : t('what {0} holds', archiveName(found));
      throw new KvError(
        'invalidConfig',
        t('"{0}" is damaged or something else: it begins as {1}', path, what),
      );
    }
  } finally {
    await file.close();
  }
}

async function* readChunks(path: string): AsyncIterable<Uint8Array> {
  for await (const chunk of createReadStream(path, { highWaterMark: readBytes })) {
    yield chunk as Buffer;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
