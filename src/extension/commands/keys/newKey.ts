import * as vscode from 'vscode';
import type { BucketStatus } from '../../../kv/model/bucket';
import { parentPath } from '../../../kv/keys/tree/keyPath';
import { startOfKeys } from '../../../kv/keys/folderKeys';
import type { Connections } from '../../../kv/session/connections';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { BucketsView } from '../../../views/buckets/bucketsView';
import type { BucketNode, FolderNode } from '../../../views/buckets/rows/nodes';
import { backgroundOf, inform } from '../../report';
import { readOnlyReason } from '../../documents/model/knownBuckets';
import { whyReadOnly } from '../editors/whyNotStored';
import { keyUri } from '../../documents/address/keyUri';
import { openKeyEditor } from '../../documents/editors/openKeyEditor';
import type { KeyDocuments } from '../../documents/model/keyDocuments';
import { environmentTitle } from '../environmentTitle';
import { askText, runSteps } from '../quickSteps';
import { pickBucket, reportFailure } from '../target';
import type { KeyChoice } from './keyChoice';
import { beginKey, fillKey } from './beginKey';
import { keyStep } from './keyStep';
import { revealKey } from './revealKey';
import { bucketStatus } from '../bucketStatus';
import { askTtl, noTtlReason, ttlOf } from './ttlStep';

export interface NewKeyParts {
  readonly connections: Connections;
  readonly documents: KeyDocuments;
  readonly view: BucketsView;
  /** The key that the user turned to last: a new one is most likely beside it. */
  readonly choice: Pick<KeyChoice, 'focused'>;
  readonly log: vscode.LogOutputChannel;
}

interface Answers {
  readonly key: string;
  readonly text: string;
  readonly ttl: string | undefined;
}

/**
 * Asks for a key, and how its value may begin, and opens it in an unsaved editor. The server gets it
 * with the first save, so that nobody ever reads half a value.
 */
export async function newKey(
  { connections, documents, view, choice, log }: NewKeyParts,
  node: BucketNode | FolderNode | undefined,
): Promise<void> {
  const near = node ? undefined : choice.focused;
  const target = await pickBucket(connections, node, near);
  if (!target) {
    return;
  }
  const { session, bucket } = target;
  const isNear = near?.session === session && near.bucket === bucket;
  const status = await bucketStatus(session, bucket);
  const readOnly = readOnlyReason(session, status);
  if (readOnly) {
    inform(
      whyReadOnly(readOnly, bucket, (name, of) =>
        vscode.l10n.t('{0} is a mirror of {1}: its keys are made there.', name, of),
      ),
    );
    return;
  }
  const prefix = node?.kind === 'folder' ? startOfKeys(node) : isNear ? startBeside(near.key) : '';
  const answers = await askNewKey(session, bucket, { prefix, status });
  if (!answers) {
    return;
  }
  const { key } = answers;
  try {
    const isNew = await beginKey(documents, session, bucket, { key, ttl: ttlOf(answers.ttl) });
    await openKeyEditor(session, bucket, key);
    if (isNew) {
      await fillKey(documents, session, bucket, answers);
      revealOnceSaved(session, bucket, key, () =>
        backgroundOf(log)('show the key', revealKey(view, session, bucket, key)),
      );
    } else {
      inform(vscode.l10n.t('{0} exists already in {1}; it was opened instead.', key, bucket));
    }
  } catch (error) {
    await reportFailure(log, vscode.l10n.t('Failed to create {0}', key), error);
  }
}

async function askNewKey(
  session: ConnectionSession,
  bucket: string,
  { prefix, status }: { readonly prefix: string; readonly status: BucketStatus | undefined },
): Promise<Answers | undefined> {
  const taken = (key: string): string | undefined =>
    session.knownIndex(bucket)?.get(key)
      ? vscode.l10n.t('{0} exists already in {1}.', key, bucket)
      : undefined;
  const title = environmentTitle(session.config, vscode.l10n.t('New Key in {0}', bucket));
  const answers = await runSteps<[string, string, string | undefined]>(
    title,
    [
      (place, before) => askText(place, keyStep(before ?? prefix, taken)),
      (place, before) =>
        askText(place, {
          prompt: [
            vscode.l10n.t(
              'How the value begins; may be empty. It opens unsaved: Save creates the key.',
            ),
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
  return answers && { key: answers[0], text: answers[1], ttl: answers[2] };
}

/** What the keys beside a key begin with. */
function startBeside(key: string): string {
  const prefix = parentPath(key, { slash: false });
  return prefix === '' ? '' : startOfKeys({ prefix, separator: '.' });
}

/** Shows a key in the tree as soon as it is there. */
function revealOnceSaved(
  session: ConnectionSession,
  bucket: string,
  key: string,
  reveal: () => void,
): void {
  const uri = keyUri({ connectionId: session.id, bucket, key }).toString();
  const { workspace } = vscode;
  const listeners = vscode.Disposable.from(
    workspace.onDidSaveTextDocument((document) => {
      if (document.uri.toString() === uri) {
        listeners.dispose();
        reveal();
      }
    }),
    workspace.onDidCloseTextDocument((document) => {
      if (document.uri.toString() === uri) {
        listeners.dispose();
      }
    }),
  );
}
