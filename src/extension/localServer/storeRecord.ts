import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { t } from '../../kv/base/l10n';
import { isHeld, renameFile } from '../../kv/base/renameFile';
import { KvError } from '../../kv/model/errors';
import type { LocalSystem } from './localSystem';

/** Whose server has the store open. It stands beside the store, for the other windows and the next start. */
export interface StoreRecord {
  /** Process id of the extension host that started the server and ends it. */
  readonly owner: number;
  /** Name of the server, made for this start alone: who answers with it is this very server. */
  readonly name: string;
  /** Process id of the server, from its launch on. */
  readonly pid?: number;
  /** From when it takes clients on. */
  readonly port?: number;
  readonly version?: string;
}

const lockPollMs = 50;
const lockTimeoutMs = 60_000;
/** No decision takes so long: its lock is left over from a crash. */
const lockStaleMs = 45_000;

/** The record of a folder, or undefined; a damaged one counts as none. */
export async function readRecord(folder: string): Promise<StoreRecord | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(pathOf(folder), 'utf8'));
    return isRecord(record) ? record : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** Replaces the record at once, so that a reader never sees half of one. */
export async function writeRecord(folder: string, record: StoreRecord): Promise<void> {
  const draft = `${pathOf(folder)}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(record));
  await renameFile(draft, pathOf(folder));
}

/** Removes the record of one server; another's stays. */
export function removeRecord(folder: string, name: string, system: LocalSystem): Promise<void> {
  return withFolderLock(folder, system, async () => {
    if ((await readRecord(folder))?.name === name) {
      await rm(pathOf(folder), { force: true });
    }
  });
}

/**
 * Runs `decide` while no other window does so for this folder. Throws `timeout` when another one holds
 * the folder for too long.
 */
export async function withFolderLock<T>(
  folder: string,
  system: LocalSystem,
  decide: () => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true });
  const lock = join(folder, 'lock');
  await takeLock(lock, system);
  try {
    return await decide();
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string, system: LocalSystem): Promise<void> {
  for (let waited = 0; !(await create(lock, system)); waited += lockPollMs) {
    if (waited > lockTimeoutMs) {
      throw new KvError('timeout', t('another window holds {0}', lock));
    }
    if (await isLeftOver(lock, system)) {
      await rm(lock, { force: true });
    } else {
      await system.wait(lockPollMs);
    }
  }
}

async function create(lock: string, { ownPid }: LocalSystem): Promise<boolean> {
  try {
    await writeFile(lock, String(ownPid), { flag: 'wx' });
    return true;
  } catch (error) {
    // Windows keeps the name of a deleted file while another window still has it open.
    if (codeOf(error) === 'EEXIST' || isHeld(error)) {
      return false;
    }
    throw error;
  }
}

async function isLeftOver(lock: string, system: LocalSystem): Promise<boolean> {
  try {
    const holder = Number(await readFile(lock, 'utf8'));
    // Empty for the moment between its creation and its first byte.
    const isGone = holder > 0 && !system.isAlive(holder);
    return isGone || Date.now() - (await stat(lock)).mtimeMs > lockStaleMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || isHeld(error)) {
      return false;
    }
    throw error;
  }
}

function pathOf(folder: string): string {
  return join(folder, 'server.json');
}

/** What is checked is what decides; the rest is looked at where it is used. */
function isRecord(value: unknown): value is StoreRecord {
  const { owner, name } = (value ?? {}) as Partial<StoreRecord>;
  return typeof owner === 'number' && typeof name === 'string';
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
