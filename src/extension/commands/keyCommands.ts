import * as vscode from 'vscode';
import type { ConnectionSession } from '../../kv/connectionSession';
import { isLive } from '../../kv/entry';
import { messageOf } from '../../kv/errors';
import { keyProblem } from '../../kv/key';
import type { BucketsView } from '../../views/bucketsView';
import {
  keyNode,
  type BucketNode,
  type FolderNode,
  type KeyNode,
  type TreeNode,
} from '../../views/nodes';
import type { Connections } from '../connections/connections';
import { commandIds } from '../contributions';
import { keyUri } from '../documents/keyUri';
import { askText, runSteps } from '../quickSteps';
import type { CommandMap } from './register';
import { pickBucket, reportFailure } from './target';

/** Commands on keys. */
export function keyCommands(
  connections: Connections,
  view: BucketsView,
  log: vscode.LogOutputChannel,
): CommandMap {
  return {
    [commandIds.keyCreate]: (node?: BucketNode | FolderNode) =>
      create(connections, view, log, node),
    [commandIds.keyOpen]: (node?: KeyNode) => open(connections, node),
    [commandIds.keyDelete]: (node?: KeyNode, selection?: readonly TreeNode[]) =>
      remove(log, node, selection ?? view.view.selection),
    [commandIds.keyCopyName]: (node?: KeyNode, selection?: readonly TreeNode[]) =>
      vscode.env.clipboard.writeText(
        chosenKeys(node, selection ?? view.view.selection)
          .map(({ key }) => key)
          .join('\n'),
      ),
  };
}

/** Opens a key's value in the text editor. */
async function openEditor(session: ConnectionSession, bucket: string, key: string): Promise<void> {
  const uri = keyUri({ connectionId: session.id, bucket, key });
  await vscode.commands.executeCommand('vscode.open', uri, { preview: false, override: false });
}

async function open(connections: Connections, node: KeyNode | undefined): Promise<void> {
  if (node) {
    await openEditor(node.session, node.bucket, node.key);
    return;
  }
  const target = await pickBucket(connections, undefined);
  const key = target && (await askKey(vscode.l10n.t('Open Key of {0}', target.bucket), ''));
  if (target && key) {
    await openEditor(target.session, target.bucket, key);
  }
}

async function askKey(title: string, value: string): Promise<string | undefined> {
  return (await runSteps<[string]>(title, [(place) => askText(place, keyStep(value))]))?.[0];
}

function keyStep(value: string, problem?: (key: string) => string | undefined) {
  const end = value.length;
  return {
    prompt: vscode.l10n.t('Key: tokens with dots between, such as orders.eu.42'),
    value,
    selection: [end, end] as const,
    problem: (text: string): string | undefined => describeKeyProblem(text) ?? problem?.(text),
  };
}

/** Why a text is not a key, as a sentence with the place, or undefined when it is one. */
function describeKeyProblem(text: string): string | undefined {
  const found = keyProblem(text);
  return (
    found && vscode.l10n.t('Not a key: {0} (character {1}).', found.reason, found.position + 1)
  );
}

async function create(
  connections: Connections,
  view: BucketsView,
  log: vscode.LogOutputChannel,
  node: BucketNode | FolderNode | undefined,
): Promise<void> {
  const target = await pickBucket(connections, node);
  if (!target) {
    return;
  }
  const { session, bucket } = target;
  const prefix = node?.kind === 'folder' ? `${node.prefix}.` : '';
  const taken = (key: string): string | undefined =>
    session.index(bucket)?.get(key)
      ? vscode.l10n.t('{0} exists already in {1}.', key, bucket)
      : undefined;
  const answers = await runSteps<[string, string]>(vscode.l10n.t('New Key in {0}', bucket), [
    (place, before) => askText(place, keyStep(before ?? prefix, taken)),
    (place, before) =>
      askText(place, {
        prompt: vscode.l10n.t('First value, written at once; it opens in an editor. May be empty.'),
        value: before ?? '',
      }),
  ]);
  if (!answers) {
    return;
  }
  const [key, value] = answers;
  try {
    const created = await createKey(session, bucket, key, value);
    await openEditor(session, bucket, key);
    if (!created) {
      const message = vscode.l10n.t(
        '{0} exists already in {1}; it was opened instead.',
        key,
        bucket,
      );
      void vscode.window.showInformationMessage(message);
    }
    await revealWhenListed(view, session, bucket, key);
  } catch (error) {
    await reportFailure(log, vscode.l10n.t('Failed to create {0}', key), error);
  }
}

/** Writes a key that has no live value; false when it has one. */
async function createKey(
  session: ConnectionSession,
  bucket: string,
  key: string,
  text: string,
): Promise<boolean> {
  const connection = await session.connect();
  const value = new TextEncoder().encode(text);
  const first = await connection.put(bucket, key, value, { expected: 0 });
  if (first.kind === 'saved') {
    return true;
  }
  // A deleted key is created over its marker.
  const current = await connection.get(bucket, key);
  if (!current || isLive(current)) {
    return false;
  }
  const again = await connection.put(bucket, key, value, { expected: current.revision });
  return again.kind === 'saved';
}

async function revealWhenListed(
  view: BucketsView,
  session: ConnectionSession,
  bucket: string,
  key: string,
): Promise<void> {
  const index = session.index(bucket);
  if (!view.view.visible || !index) {
    return;
  }
  if (!index.get(key)) {
    await new Promise<void>((resolve) => {
      const subscription = index.onDidChange(() => {
        if (index.get(key)) {
          subscription.dispose();
          clearTimeout(timer);
          resolve();
        }
      });
      const timer = setTimeout(() => {
        subscription.dispose();
        resolve();
      }, 2_000);
    });
  }
  if (index.get(key)) {
    await view.reveal(keyNode(session, bucket, key));
  }
}

/** The rows that a command is about: the selection when the row is part of it, else the row. */
function chosenKeys(node: KeyNode | undefined, selection: readonly TreeNode[]): KeyNode[] {
  const keys = selection.filter((each): each is KeyNode => each.kind === 'key');
  return node && !keys.some(({ id }) => id === node.id) ? [node] : keys;
}

async function remove(
  log: vscode.LogOutputChannel,
  node: KeyNode | undefined,
  selection: readonly TreeNode[],
): Promise<void> {
  const keys = chosenKeys(node, selection);
  const [first] = keys;
  if (!first) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Select the keys to delete in the NATS KV view.'),
    );
    return;
  }
  // What is confirmed is what was seen: the revisions are taken before the question.
  const seen = keys.map((each) => ({
    ...each,
    revision: each.session.index(each.bucket)?.get(each.key)?.revision,
  }));
  const confirm = vscode.l10n.t('Delete');
  const question =
    keys.length === 1
      ? vscode.l10n.t('Delete {0} in {1} on {2}?', first.key, first.bucket, first.session.name)
      : vscode.l10n.t(
          'Delete {0} keys in {1} on {2}?',
          keys.length,
          first.bucket,
          first.session.name,
        );
  const detail = vscode.l10n.t(
    'A delete marker is written. Earlier values stay only as far as the history of the bucket reaches.',
  );
  const choice = await vscode.window.showWarningMessage(question, { modal: true, detail }, confirm);
  if (choice !== confirm) {
    return;
  }
  const problems: string[] = [];
  for (const { session, bucket, key, revision } of seen) {
    const problem = await deleteKey(session, bucket, key, revision);
    if (problem) {
      problems.push(vscode.l10n.t('{0}: {1}', key, problem));
    }
  }
  if (problems.length > 0) {
    const failed =
      problems.length === 1
        ? vscode.l10n.t('Failed to delete')
        : vscode.l10n.t('Failed to delete {0} of {1} keys', problems.length, keys.length);
    await reportFailure(log, failed, new Error(problems.join('; ')));
  }
}

/** Deletes a key at the revision that was seen; what kept it from it, or undefined. */
async function deleteKey(
  session: ConnectionSession,
  bucket: string,
  key: string,
  revision: number | undefined,
): Promise<string | undefined> {
  if (revision === undefined) {
    return vscode.l10n.t('it is gone already');
  }
  try {
    const connection = await session.connect();
    const outcome = await connection.delete(bucket, key, { expected: revision });
    switch (outcome.kind) {
      case 'saved':
        return undefined;
      case 'conflict':
        return vscode.l10n.t('it changed meanwhile and was not deleted');
      case 'unknown':
        return outcome.reason;
    }
  } catch (error) {
    return messageOf(error);
  }
}
