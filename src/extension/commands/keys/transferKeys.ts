import * as vscode from 'vscode';
import {
  copyEntry,
  type CopyOptions,
  type CopyResult,
  type EntryPlace,
} from '../../../kv/operations/copyEntry';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { isLive } from '../../../kv/model/entry';
import { isKvError } from '../../../kv/model/errors';
import { moveEntry, type MoveResult } from '../../../kv/operations/moveEntry';
import { writeHeaders } from '../../writeHeaders';
import { BucketsCreated } from './bucketsCreated';
import { runOnKeys } from './runOnKeys';
import { askCollisions, askDropTtl, suffixed } from './transferQuestions';

/** A bucket of a connection. */
export interface BucketPlace {
  readonly session: ConnectionSession;
  readonly bucket: string;
}

/** A key, and the key that it is copied or moved to. */
export interface Transfer {
  readonly from: BucketPlace & { readonly key: string };
  readonly to: BucketPlace & { readonly key: string };
}

/** What stands where a transfer has put it: the message, and when its bucket was created, if that is told. */
interface Written {
  readonly revision: number;
  readonly bucketCreated: number | undefined;
}

/** A transfer that was done; `overwrite` is the revision that it replaced, where it did. */
export interface DoneTransfer extends Transfer {
  readonly overwrite?: number;
  readonly written: Written;
}

/** What is to be done differently than by a plain create, once the user was asked. */
interface Retry extends Transfer {
  readonly overwrite?: number;
  /** What is to be moved, and nothing that was written later. */
  readonly only?: Written;
  readonly dropTtl?: boolean;
}

/** What stands in the way of a transfer. */
interface Obstacle {
  readonly transfer: Retry;
  /** The revision of the value at the target, or that the target cannot let values expire. */
  readonly kind: { readonly revision: number } | 'ttl';
}

/**
 * Copies or moves keys. What exists at the target is asked about, once for all: skip it, overwrite
 * just that revision, or take other names. So is a TTL that the target cannot keep. Returns what was
 * done; what failed has been told.
 */
export async function transferKeys(
  log: vscode.LogOutputChannel,
  kind: 'copy' | 'move',
  transfers: readonly Transfer[],
): Promise<readonly DoneTransfer[]> {
  const done: DoneTransfer[] = [];
  let open: readonly Retry[] = transfers;
  while (open.length > 0) {
    const obstacles = await attempt(log, kind, open, done);
    open = await askAbout(obstacles);
  }
  return done;
}

/**
 * Moves keys back to where they were. What was written at either place since then stays as it is, and is
 * told; nothing is asked.
 */
export async function moveBack(
  log: vscode.LogOutputChannel,
  done: readonly DoneTransfer[],
): Promise<readonly DoneTransfer[]> {
  const back: DoneTransfer[] = [];
  const items = done.map(({ from: to, to: from, written: only }) => ({ from, to, only }));
  await attempt(log, 'move', items, back);
  return back;
}

async function attempt(
  log: vscode.LogOutputChannel,
  kind: 'copy' | 'move',
  items: readonly Retry[],
  done: DoneTransfer[],
): Promise<Obstacle[]> {
  const obstacles: Obstacle[] = [];
  const isMove = kind === 'move';
  const isBack = items.some(({ only }) => only !== undefined);
  const created = new BucketsCreated();
  const batch = {
    title: isMove ? vscode.l10n.t('Moving keys') : vscode.l10n.t('Copying keys'),
    items,
    nameOf: ({ from }: Retry) => from.key,
    failed: isBack ? failedToMoveBack : isMove ? failedToMove : failedToCopy,
  };
  await runOnKeys(log, batch, async (transfer, signal) => {
    try {
      const { only, from, to } = transfer;
      if (only && isOtherBucket(only, await created.of(from.session, from.bucket))) {
        return vscode.l10n.t('its bucket was deleted and made again meanwhile');
      }
      const bucketCreated = isMove ? await created.of(to.session, to.bucket) : undefined;
      const result = await (isMove ? move(transfer, signal) : copy(transfer, signal));
      if (only && (result.kind === 'exists' || result.kind === 'newer')) {
        return result.kind === 'newer'
          ? vscode.l10n.t('it was written again since then, and was left as it is')
          : vscode.l10n.t('{0} was written again since then, and was left as it is', to.key);
      }
      if (result.kind === 'exists' && result.revision !== undefined) {
        obstacles.push({ transfer, kind: { revision: result.revision } });
        return undefined;
      }
      if (result.kind === 'moved' || result.kind === 'copied') {
        done.push({ ...transfer, written: { revision: result.revision, bucketCreated } });
      }
      return problemOf(result, transfer);
    } catch (error) {
      if (isKvError(error, 'unsupported') && !transfer.dropTtl && (await hasTtl(transfer))) {
        obstacles.push({ transfer, kind: 'ttl' });
        return undefined;
      }
      throw error;
    }
  });
  return obstacles;
}

/** What to try again, and how, after the user was asked. */
async function askAbout(obstacles: readonly Obstacle[]): Promise<Retry[]> {
  const retries: Retry[] = [];
  const ttl = obstacles.filter(({ kind }) => kind === 'ttl').map(({ transfer }) => transfer);
  if (ttl.length > 0 && (await askDropTtl(ttl))) {
    retries.push(...ttl.map((transfer) => ({ ...transfer, dropTtl: true })));
  }
  const taken = obstacles.filter(({ kind }) => kind !== 'ttl');
  const answer = taken.length > 0 ? await askCollisions(taken.map(({ transfer }) => transfer)) : '';
  for (const { transfer, kind } of taken) {
    if (answer === 'overwrite' && kind !== 'ttl') {
      retries.push({ ...transfer, overwrite: kind.revision });
    } else if (answer === 'rename') {
      const { from, to, dropTtl } = transfer;
      const key = suffixed(to.key);
      retries.push({ from, to: { ...to, key }, ...(dropTtl && { dropTtl }) });
    }
  }
  return retries;
}

async function copy(
  transfer: Retry,
  signal: AbortSignal,
): Promise<CopyResult | { readonly kind: 'gone' }> {
  const { connection, bucket, key } = await placeOf(transfer.from);
  const entry = await connection.get(bucket, key, { consistent: true, signal });
  return entry && isLive(entry)
    ? copyEntry(entry, await placeOf(transfer.to), optionsOf(transfer, signal))
    : { kind: 'gone' };
}

async function move(transfer: Retry, signal: AbortSignal): Promise<MoveResult> {
  const [from, to] = [await placeOf(transfer.from), await placeOf(transfer.to)];
  // What can only fail later, once the copy is there, is looked at first.
  transfer.from.session.lock.check();
  const { only } = transfer;
  const options = { ...optionsOf(transfer, signal), ...(only && { only: only.revision }) };
  return moveEntry(from, to, options);
}

/** Whether a bucket was made again, as far as is known: its revisions are those of other messages. */
function isOtherBucket({ bucketCreated }: Written, created: number | undefined): boolean {
  return bucketCreated !== undefined && created !== undefined && bucketCreated !== created;
}

async function hasTtl({ from }: Transfer): Promise<boolean> {
  const { connection, bucket, key } = await placeOf(from);
  return (await connection.get(bucket, key))?.ttl !== undefined;
}

async function placeOf({ session, bucket, key }: Transfer['from']): Promise<EntryPlace> {
  return { connection: await session.connect(), bucket, key };
}

function optionsOf({ overwrite, dropTtl }: Retry, signal: AbortSignal): CopyOptions {
  const headers = writeHeaders();
  return {
    signal,
    headers,
    ...(overwrite !== undefined && { overwrite }),
    ...(dropTtl && { dropTtl }),
  };
}

function problemOf(result: MoveResult | CopyResult, { to }: Retry): string | undefined {
  switch (result.kind) {
    case 'moved':
    case 'copied':
      return undefined;
    case 'newer':
    case 'gone':
      return vscode.l10n.t('it is gone already');
    case 'exists':
      return vscode.l10n.t('{0} is being written by somebody else', to.key);
    case 'unknown':
      return vscode.l10n.t('{0}, so it may be at {1} or not', result.reason, to.key);
    case 'kept':
      return result.why.kind === 'changed'
        ? vscode.l10n.t(
            'it changed while it was moved: {0} has the value before, and it stays',
            to.key,
          )
        : vscode.l10n.t(
            'it was copied to {0} and may still be there: {1}',
            to.key,
            result.why.reason,
          );
  }
}

function failedToMove(problems: number, total: number): string {
  return total === 1
    ? vscode.l10n.t('Failed to move')
    : vscode.l10n.t('Failed to move {0} of {1} keys', problems, total);
}

function failedToMoveBack(problems: number, total: number): string {
  return total === 1
    ? vscode.l10n.t('Nothing was undone')
    : vscode.l10n.t('Failed to move back {0} of {1} keys', problems, total);
}

function failedToCopy(problems: number, total: number): string {
  return total === 1
    ? vscode.l10n.t('Failed to copy')
    : vscode.l10n.t('Failed to copy {0} of {1} keys', problems, total);
}
