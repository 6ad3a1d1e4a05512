import { t } from '../../kv/base/l10n';
import { throwIfCancelled } from '../../kv/model/errors';
import type { LocalSystem } from './localSystem';
import { readRecord, withFolderLock, writeRecord, type StoreRecord } from './storeRecord';

/** A record of a server that takes clients. */
export type RunningRecord = StoreRecord & { readonly pid: number; readonly port: number };

/** Whether the store of a folder may be opened. Two servers on one store would destroy it. */
export type StoreClaim =
  /** It is ours: the record bears our name. */
  | { readonly kind: 'claimed' }
  /** The server of another window has it open and answers. */
  | { readonly kind: 'shared'; readonly record: RunningRecord }
  /** Something holds it that cannot be told or ended. */
  | { readonly kind: 'blocked'; readonly reason: string };

const pollMs = 100;
const patienceMs = 30_000;
const endTimeoutMs = 5000;

/**
 * Takes the store for a server called `name`, or says who has it. A server that was left over by a host
 * that is gone is ended first, once it is proved to be ours by its name or its command line.
 */
export async function claimStore(
  folder: string,
  name: string,
  system: LocalSystem,
  signal?: AbortSignal,
): Promise<StoreClaim> {
  for (let waited = 0; ; waited += pollMs) {
    throwIfCancelled(signal);
    const claim = await withFolderLock(folder, system, () => decide(folder, name, system));
    if (claim !== 'wait') {
      return claim;
    }
    if (waited >= patienceMs) {
      return {
        kind: 'blocked',
        reason: t('another window has been starting or stopping it for long'),
      };
    }
    await system.wait(pollMs);
  }
}

async function decide(
  folder: string,
  name: string,
  system: LocalSystem,
): Promise<StoreClaim | 'wait'> {
  const record = await readRecord(folder);
  const holder = record ? await holderOf(record, folder, system) : 'nobody';
  switch (holder) {
    case 'answering':
      return { kind: 'shared', record: record as RunningRecord };
    case 'busy':
      return 'wait';
    case 'unknown':
      return { kind: 'blocked', reason: unknownReason(record) };
    case 'leftOver':
      await endProcess((record as RunningRecord).pid, system);
      break;
    case 'nobody':
      break;
  }
  await writeRecord(folder, { owner: system.ownPid, name });
  return { kind: 'claimed' };
}

type Holder = 'nobody' | 'answering' | 'busy' | 'leftOver' | 'unknown';

/** Who has the store open. A process id alone proves nothing: the system gives it out again. */
async function holderOf(record: StoreRecord, folder: string, system: LocalSystem): Promise<Holder> {
  const { owner, name, pid, port } = record;
  const isOwned = owner !== system.ownPid && system.isAlive(owner);
  if (pid === undefined) {
    return isOwned ? 'busy' : 'nobody';
  }
  if (!system.isAlive(pid)) {
    return 'nobody';
  }
  if (port !== undefined && (await system.serverNameAt(port)) === name) {
    return isOwned ? 'answering' : 'leftOver';
  }
  const commandLine = await system.commandLineOf(pid);
  if (commandLine === undefined) {
    return system.isAlive(pid) ? 'unknown' : 'nobody';
  }
  // The store's path is an argument of each server that was ever started on it.
  if (!commandLine.includes(folder)) {
    return 'nobody';
  }
  return isOwned ? 'busy' : 'leftOver';
}

/** Ends a process that is known to be ours, in good order if it can. */
export async function endProcess(pid: number, system: LocalSystem): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    system.kill(pid, signal);
    for (let waited = 0; system.isAlive(pid) && waited < endTimeoutMs; waited += pollMs) {
      await system.wait(pollMs);
    }
    if (!system.isAlive(pid)) {
      return;
    }
  }
}

function unknownReason(record: StoreRecord | undefined): string {
  return t(
    'the process {0} may be a server of an earlier session that has the data open. End it if it is a nats-server',
    String(record?.pid),
  );
}
