import * as vscode from 'vscode';
import { isKvError } from '../../../kv/model/errors';
import { isProduction } from '../../../kv/model/connectionConfig';
import { isLive, type WriteOutcome } from '../../../kv/model/entry';
import type { KvConnection } from '../../../kv/model/kvConnection';
import { isSameMessage, stampOf, type Stamp } from '../../../kv/model/stamp';
import { restoreEntry } from '../../../kv/operations/restoreEntry';
import { removeEntry } from '../../../kv/operations/settleWrite';
import { displayText } from '../../../kv/values/displayText';
import type { RevisionNode } from '../../../views/history/historyNodes';
import { confirmDestructive } from '../confirmDestructive';
import { writeHeaders } from '../../writeHeaders';
import { withKeyProgress } from '../keys/runOnKeys';
import { backgroundOf } from '../../report';
import { reportFailure } from '../target';
import { tellDone, undoing } from '../tellDone';
import type { Once } from '../once';
import { tellUnknown } from '../keys/tellUnknown';

type Write = (connection: KvConnection, signal: AbortSignal) => Promise<WriteOutcome>;

/**
 * Puts the value of a revision again, over the revision that is the latest in view; in production
 * once that was confirmed. What it replaced can be brought back from the message that says so.
 */
export async function restoreRevision(
  log: vscode.LogOutputChannel,
  once: Once,
  row: RevisionNode,
): Promise<void> {
  const { session, bucket, key, info, latest } = row;
  if (!(await confirm(row))) {
    return;
  }
  // A marker's own TTL is how long the marker stays, not the value.
  const life = isLive(latest) ? { ttl: { kind: 'keep' } as const } : {};
  const failed = vscode.l10n.t('Failed to restore r{0} of {1}', info.revision, key);
  const title = vscode.l10n.t('Restoring r{0} of {1}', info.revision, key);
  const at = [session.id, bucket, key, info.revision, latest.revision, latest.created];
  const restored: { revision?: number | undefined } = {};
  await once.run(at.join(' '), async () => {
    restored.revision = await write({ log, row, title, failed }, (connection, signal) =>
      restoreEntry(connection, bucket, key, info, {
        expected: latest.revision,
        headers: writeHeaders(),
        onUnknown: tellUnknown(key),
        signal,
        ...life,
      }),
    );
    return restored.revision === undefined ? failed : undefined;
  });
  const { revision } = restored;
  if (revision !== undefined) {
    const stamp = await stampOfRestored(row, revision);
    tellDone(
      vscode.l10n.t('Restored r{0} of {1} as r{2}.', info.revision, displayText(key), revision),
      undoing(() => undo(log, row, stamp)),
    );
  }
}

/** Brings back what the restored value has replaced, unless that was replaced itself. */
async function undo(
  log: vscode.LogOutputChannel,
  row: RevisionNode,
  restored: Stamp,
): Promise<void> {
  const { bucket, key, latest } = row;
  const failed = vscode.l10n.t('Failed to undo the restore of {0}', key);
  const title = vscode.l10n.t('Bringing back r{0} of {1}', latest.revision, key);
  await write({ log, row, title, failed }, async (connection, signal) => {
    const change = { expected: restored.revision, signal, onUnknown: tellUnknown(key) };
    if (isLive(latest)) {
      const keep = { headers: writeHeaders(), ttl: { kind: 'keep' } } as const;
      return restoreEntry(connection, bucket, key, latest, { ...change, ...keep });
    }
    const stored = await stampAt(connection, row, restored.revision);
    return isSameMessage(stored, restored)
      ? removeEntry({ connection, bucket, key }, 'DEL', change)
      : { kind: 'conflict' };
  });
}

/**
 * The stamp of what a restore has just written over a marker, which is needed to take that back. Its
 * time is left out where it cannot be read: then nothing is taken back.
 */
async function stampOfRestored(row: RevisionNode, revision: number): Promise<Stamp> {
  const unknown = { revision, created: undefined };
  if (isLive(row.latest)) {
    return unknown;
  }
  try {
    return await stampAt(await row.session.connect(), row, revision);
  } catch (error) {
    if (isKvError(error)) {
      return unknown;
    }
    throw error;
  }
}

/** Which message a bucket has under a number now: one that was made again has others. */
async function stampAt(
  connection: KvConnection,
  { bucket, key }: RevisionNode,
  revision: number,
): Promise<Stamp> {
  return stampOf(await connection.getRevision(bucket, key, revision, { consistent: true }));
}

async function confirm({ session, bucket, key, info, latest }: RevisionNode): Promise<boolean> {
  return (
    !isProduction(session.config) ||
    confirmDestructive({
      session,
      bucket,
      question: vscode.l10n.t(
        'Restore r{0} of {1} in {2} on {3}?',
        info.revision,
        key,
        bucket,
        session.name,
      ),
      detail: vscode.l10n.t('It replaces r{0}, which is the value now.', latest.revision),
      action: vscode.l10n.t('Restore'),
    })
  );
}

interface Job {
  readonly log: vscode.LogOutputChannel;
  readonly row: RevisionNode;
  readonly title: string;
  /** 'Failed to restore r3 of k', without the reason. */
  readonly failed: string;
}

/** The revision that was written; undefined when it was not, which is told. */
async function write({ log, row, title, failed }: Job, run: Write): Promise<number | undefined> {
  // Not waited for: it ends when the user closes the message.
  const report = (error: unknown): void =>
    backgroundOf(log)('tell what failed', reportFailure(log, failed, error));
  try {
    const outcome = await withKeyProgress(title, 1, async (_, signal) =>
      run(await row.session.connect(), signal),
    );
    if (outcome.kind === 'saved') {
      return outcome.revision;
    }
    report(new Error(problemOf(outcome)));
  } catch (error) {
    report(error);
  }
  return undefined;
}

function problemOf(outcome: Exclude<WriteOutcome, { readonly kind: 'saved' }>): string {
  return outcome.kind === 'unknown'
    ? vscode.l10n.t('{0}, so it may be restored or not; see the history', outcome.reason)
    : vscode.l10n.t(
        'it changed on the server meanwhile (r{0}), and nothing was written; look at the change and restore again',
        outcome.revision ?? '?',
      );
}
