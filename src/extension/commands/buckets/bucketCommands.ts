import * as vscode from 'vscode';
import { bucketNameProblem } from '../../../kv/model/key';
import type { BucketNode, ConnectionNode, TreeNode } from '../../../views/buckets/rows/nodes';
import type { Connections } from '../../../kv/session/connections';
import { commandIds } from '../../contributions';
import { parseDuration } from '../../../kv/base/duration';
import { environmentTitle } from '../environmentTitle';
import { askChoice, askText, runSteps, sentence } from '../quickSteps';
import { confirmDestructive } from '../confirmDestructive';
import type { CommandMap } from '../register';
import { pickBucket, pickSession, reportFailure } from '../target';

type Storage = 'file' | 'memory';

/** Commands on buckets. */
export function bucketCommands(connections: Connections, log: vscode.LogOutputChannel): CommandMap {
  return {
    [commandIds.bucketCreate]: (node?: ConnectionNode) => create(connections, log, node),
    [commandIds.bucketDelete]: (node?: BucketNode) => remove(connections, log, node),
    [commandIds.bucketCopyName]: (node?: BucketNode, rows?: readonly TreeNode[]) =>
      copyNames(connections, node, rows),
    [commandIds.bucketStopListing]: (node: BucketNode) =>
      node.session.index(node.bucket)?.cancelListing(),
    [commandIds.bucketList]: (node: BucketNode) => node.session.index(node.bucket)?.reload(),
  };
}

async function copyNames(
  connections: Connections,
  node: BucketNode | undefined,
  rows: readonly TreeNode[] = [],
): Promise<void> {
  const buckets = rows.filter((row) => row.kind === 'bucket');
  const target = buckets.length === 0 ? await pickBucket(connections, node) : undefined;
  const names = [...buckets, ...(target ? [target] : [])].map(({ bucket }) => bucket);
  if (names.length > 0) {
    await vscode.env.clipboard.writeText(names.join('\n'));
  }
}

async function create(
  connections: Connections,
  log: vscode.LogOutputChannel,
  node: TreeNode | undefined,
): Promise<void> {
  const session = await pickSession(connections, node);
  if (!session) {
    return;
  }
  const title = environmentTitle(
    session.config,
    vscode.l10n.t('Create Bucket on {0}', session.name),
  );
  const answers = await runSteps<[string, string, string, Storage]>(title, [
    (place, before) =>
      askText(place, {
        prompt: vscode.l10n.t('Name: letters, digits, - and _'),
        value: before ?? '',
        problem: nameProblem,
      }),
    (place, before) =>
      askText(place, {
        prompt: vscode.l10n.t('History: revisions kept for each key, 1 to 64'),
        value: before ?? '1',
        problem: historyProblem,
      }),
    (place, before) =>
      askText(place, {
        prompt: vscode.l10n.t('TTL: age at which values expire, such as 10m or 7d; 0 for never'),
        value: before ?? '0',
        problem: ttlProblem,
      }),
    (place) =>
      askChoice<Storage>(place, vscode.l10n.t('Storage'), [
        { label: 'file', description: vscode.l10n.t('survives a restart'), value: 'file' },
        { label: 'memory', description: vscode.l10n.t('lost on a restart'), value: 'memory' },
      ]),
  ]);
  if (!answers) {
    return;
  }
  const [name, history, ttl, storage] = answers;
  try {
    const connection = await session.connect();
    await connection.createBucket({
      name,
      history: Number(history),
      ttl: parseDuration(ttl) ?? 0,
      storage,
    });
    await session.loadBuckets();
  } catch (error) {
    await reportFailure(log, vscode.l10n.t('Failed to create {0}', name), error);
  }
}

function nameProblem(name: string): string | undefined {
  const problem = bucketNameProblem(name);
  return problem && sentence(problem);
}

function historyProblem(text: string): string | undefined {
  const history = Number(text);
  return Number.isInteger(history) && history >= 1 && history <= 64
    ? undefined
    : vscode.l10n.t('History is a whole number from 1 to 64.');
}

function ttlProblem(text: string): string | undefined {
  const ttl = parseDuration(text);
  if (ttl === undefined) {
    return vscode.l10n.t('A TTL is a number with ms, s, m, h or d, such as 90s or 1h30m.');
  }
  return ttl > 0 && ttl < 100 ? vscode.l10n.t('The shortest TTL is 100ms.') : undefined;
}

async function remove(
  connections: Connections,
  log: vscode.LogOutputChannel,
  node: TreeNode | undefined,
): Promise<void> {
  const target = await pickBucket(connections, node);
  if (!target) {
    return;
  }
  const { session, bucket } = target;
  const confirmed = await confirmDestructive({
    session,
    bucket,
    question: vscode.l10n.t('Delete Bucket {0} on {1}?', bucket, session.name),
    detail: vscode.l10n.t('All keys, values and history of {0} will be gone for good.', bucket),
    action: vscode.l10n.t('Delete'),
    typed: true,
  });
  if (!confirmed) {
    return;
  }
  try {
    const connection = await session.connect();
    await connection.deleteBucket(bucket);
    session.expectGone(bucket);
    await session.loadBuckets();
  } catch (error) {
    await reportFailure(log, vscode.l10n.t('Failed to delete {0}', bucket), error);
  }
}
