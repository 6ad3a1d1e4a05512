import * as vscode from 'vscode';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { isKvError } from '../../../kv/model/errors';
import type { BucketNode, ConnectionNode, KeyNode } from '../../../views/buckets/rows/nodes';
import type { Pins } from '../../../views/buckets/rows/pins';
import type { Connections } from '../../../kv/session/connections';
import { environmentTitle } from '../environmentTitle';
import { askText, runSteps } from '../quickSteps';
import { describeKeyProblem, keyStep } from '../keys/keyStep';
import { openKeyEditor } from '../../documents/editors/openKeyEditor';
import type { KeyDocuments } from '../../documents/model/keyDocuments';
import { openOrTell } from '../keys/openOrTell';
import { pickBucket } from '../target';
import { plainWindow } from '../../../views/shown/plainWindow';

export interface OpenByNameParts {
  readonly connections: Connections;
  readonly pins: Pins;
  readonly documents: KeyDocuments;
}

/** Opens a key by its name. Where the tree may not list it, it is pinned there. */
export async function openKey(
  { connections, pins, documents }: OpenByNameParts,
  node: ConnectionNode | BucketNode | KeyNode | undefined,
): Promise<void> {
  if (node?.kind === 'key') {
    await openKeyEditor(node.session, node.bucket, node.key);
    return;
  }
  const target = await pickBucket(connections, node);
  const key = target && (await askKey(vscode.l10n.t('Open Key of {0}', target.bucket)));
  if (target && key) {
    const { session, bucket } = target;
    await openOrTell(documents, session, bucket, key);
    if (await isUnlisted(pins, session, bucket)) {
      await pins.add(session.id, { bucket, filter: key });
    }
  }
}

/** Pins the keys that begin with a prefix in the tree. */
export async function openPrefix(
  { connections, pins }: OpenByNameParts,
  node: ConnectionNode | BucketNode | undefined,
): Promise<void> {
  const target = await pickBucket(connections, node);
  if (!target) {
    return;
  }
  const { session, bucket } = target;
  const typed = await plainWindow.showInputBox({
    title: environmentTitle(session.config, vscode.l10n.t('Open Prefix of {0}', bucket)),
    prompt: vscode.l10n.t('What the keys begin with, such as orders.eu'),
    validateInput: (text) => describeKeyProblem(prefixIn(text)),
  });
  if (typed !== undefined) {
    await pins.add(session.id, { bucket, filter: `${prefixIn(typed)}.>` });
  }
}

async function askKey(title: string): Promise<string | undefined> {
  return (await runSteps<[string]>(title, [(place) => askText(place, keyStep(''))]))?.[0];
}

/** `orders.eu`, however the end was typed. */
function prefixIn(text: string): string {
  return text.trim().replace(/\.>?$/, '');
}

/** Whether the tree cannot show the keys of a bucket by itself, as they may not be listed. */
async function isUnlisted(
  pins: Pins,
  session: ConnectionSession,
  bucket: string,
): Promise<boolean> {
  const { current } = session.buckets;
  const isBucketHidden = current.kind === 'failed' && current.error.kind === 'denied';
  if (isBucketHidden && !pins.has(session.id, { bucket })) {
    return true;
  }
  const state = session.knownIndex(bucket)?.state.current;
  switch (state?.kind) {
    case 'listing':
    case 'ready':
    case 'partial':
      return false;
    case 'failed':
      return state.error.kind === 'denied';
    case 'idle':
    case undefined:
      return isDenied(session, bucket);
  }
}

/** Lists as the tree would, as far as the first answer. */
async function isDenied(session: ConnectionSession, bucket: string): Promise<boolean> {
  try {
    const connection = await session.connect();
    const listing = connection.list(bucket)[Symbol.asyncIterator]();
    await listing.next();
    await listing.return?.();
    return false;
  } catch (error) {
    return isKvError(error, 'denied');
  }
}
