import * as vscode from 'vscode';
import type { ConnectionSession } from '../../kv/connectionSession';
import { createEntry } from '../../kv/createEntry';
import { KvError } from '../../kv/errors';
import type { BucketsView } from '../../views/bucketsView';
import { keyNode, type BucketNode, type FolderNode } from '../../views/nodes';
import type { Connections } from '../connections/connections';
import { askText, runSteps } from '../quickSteps';
import { keyStep } from './keyStep';
import { openKeyEditor } from './openKeyEditor';
import { pickBucket, reportFailure } from './target';

/** Asks for a key and its first value, writes it, and opens it in an editor. */
export async function newKey(
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
    await openKeyEditor(session, bucket, key);
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

/** Writes a key that has no live value, over its marker if there is one; false when it has one. */
async function createKey(
  session: ConnectionSession,
  bucket: string,
  key: string,
  text: string,
): Promise<boolean> {
  const connection = await session.connect();
  const outcome = await createEntry(connection, bucket, key, new TextEncoder().encode(text));
  if (outcome.kind === 'unknown') {
    throw new KvError('timeout', `${outcome.reason}, so it is not known whether it was created`);
  }
  return outcome.kind === 'saved';
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
