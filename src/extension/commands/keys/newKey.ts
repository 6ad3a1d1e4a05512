import * as vscode from 'vscode';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { createEntry } from '../../../kv/operations/createEntry';
import type { Ttl } from '../../../kv/model/entry';
import { KvError } from '../../../kv/model/errors';
import { startOfKeys } from '../../../kv/keys/folderKeys';
import type { BucketsView } from '../../../views/buckets/bucketsView';
import type { BucketNode, FolderNode } from '../../../views/buckets/rows/nodes';
import type { Connections } from '../../../kv/session/connections';
import { environmentTitle } from '../environmentTitle';
import { askText, runSteps } from '../quickSteps';
import { openKeyEditor } from '../../documents/editors/openKeyEditor';
import { writeHeaders } from '../../writeHeaders';
import { pickBucket, reportFailure } from '../target';
import { keyStep } from './keyStep';
import { revealKey } from './revealKey';
import { askTtl, bucketStatus, noTtlReason, ttlOf } from './ttlStep';
import { inform } from '../../report';

interface Answers {
  readonly key: string;
  readonly value: string;
  readonly ttl: Ttl | undefined;
}

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
  const prefix = node?.kind === 'folder' ? startOfKeys(node) : '';
  const answers = await askNewKey(session, bucket, prefix);
  if (!answers) {
    return;
  }
  const { key } = answers;
  try {
    const created = await createKey(session, bucket, answers);
    await openKeyEditor(session, bucket, key);
    if (!created) {
      const message = vscode.l10n.t(
        '{0} exists already in {1}; it was opened instead.',
        key,
        bucket,
      );
      inform(message);
    }
  } catch (error) {
    await reportFailure(log, vscode.l10n.t('Failed to create {0}', key), error);
    return;
  }
  await revealKey(view, session, bucket, key);
}

async function askNewKey(
  session: ConnectionSession,
  bucket: string,
  prefix: string,
): Promise<Answers | undefined> {
  const taken = (key: string): string | undefined =>
    session.knownIndex(bucket)?.get(key)
      ? vscode.l10n.t('{0} exists already in {1}.', key, bucket)
      : undefined;
  const status = await bucketStatus(session, bucket);
  const title = environmentTitle(session.config, vscode.l10n.t('New Key in {0}', bucket));
  const answers = await runSteps<[string, string, string | undefined]>(
    title,
    [
      (place, before) => askText(place, keyStep(before ?? prefix, taken)),
      (place, before) =>
        askText(place, {
          prompt: [
            vscode.l10n.t('First value, written at once; it opens in an editor. May be empty.'),
            noTtlReason(status),
          ]
            .filter((line) => line !== undefined)
            .join(' '),
          value: before ?? '',
        }),
      (place, before) => askTtl(place, status, before),
    ],
    { counted: status?.allowTtl ?? false },
  );
  return answers && { key: answers[0], value: answers[1], ttl: ttlOf(answers[2]) };
}

/** Writes a key that has no live value, over its marker if there is one; false when it has one. */
async function createKey(
  session: ConnectionSession,
  bucket: string,
  { key, value, ttl }: Answers,
): Promise<boolean> {
  const connection = await session.connect();
  const life = { ...(ttl !== undefined && { ttl }), headers: writeHeaders() };
  const bytes = new TextEncoder().encode(value);
  const outcome = await createEntry(connection, bucket, key, bytes, life);
  if (outcome.kind === 'unknown') {
    throw new KvError('timeout', `${outcome.reason}, so it is not known whether it was created`);
  }
  return outcome.kind === 'saved';
}
