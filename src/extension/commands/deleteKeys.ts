import * as vscode from 'vscode';
import type { ConnectionSession } from '../../kv/connectionSession';
import { messageOf } from '../../kv/errors';
import type { KeyNode } from '../../views/nodes';
import { reportFailure } from './target';

/** Deletes keys once that was confirmed, each only at the revision that was in view then. */
export async function deleteKeys(
  log: vscode.LogOutputChannel,
  keys: readonly KeyNode[],
): Promise<void> {
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
