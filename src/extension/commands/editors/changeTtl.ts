import * as vscode from 'vscode';
import type { BucketStatus } from '../../../kv/model/bucket';
import { durationText } from '../../../kv/base/duration';
import type { DocumentId } from '../../documents/address/documentId';
import type { KeyDocuments } from '../../documents/model/keyDocuments';
import { bucketStatus } from '../bucketStatus';
import { noTtlReason, ttlOf, ttlProblem } from '../keys/ttlStep';
import { environmentTitle } from '../environmentTitle';
import { plainWindow } from '../../../views/shown/plainWindow';
import { inform } from '../../report';
import { storeOrReport, whyNotStored } from './whyNotStored';

/** Asks for another TTL of a key's value and stores the value with it. The text stays as it is. */
export async function changeTtl(
  documents: KeyDocuments,
  log: vscode.LogOutputChannel,
  id: DocumentId,
): Promise<void> {
  const { bucket, key } = id.address;
  await documents.known(id);
  const session = documents.find(id.uri)?.session;
  if (!session) {
    return;
  }
  const status = await bucketStatus(session, bucket);
  const reason =
    noTtlReason(status) ??
    (await whyNotStored(documents, id, {
      mirror: (name, of) =>
        vscode.l10n.t('{0} is a mirror of {1}: its TTLs are set there.', name, of),
      gone: (name) => vscode.l10n.t('{0} has no value on the server that could expire.', name),
    }));
  if (reason !== undefined) {
    inform(reason);
    return;
  }
  // What comes while the box is open is another value.
  const seen = documents.find(id.uri)?.document?.latest.stamp;
  const text = await plainWindow.showInputBox({
    title: environmentTitle(session.config, vscode.l10n.t('TTL of {0}', key)),
    prompt: promptOf(status),
    value: currentTtl(documents, id),
    validateInput: (text) => ttlProblem(text, status),
  });
  if (text === undefined) {
    return;
  }
  const ttl = ttlOf(text);
  const change = ttl === undefined ? ({ kind: 'drop' } as const) : ({ kind: 'set', ttl } as const);
  const failed = vscode.l10n.t('Failed to change the TTL of {0}', key);
  await storeOrReport(documents, log, id, { ttl: change, seen }, failed);
}

/** With history, the value before comes back when one expires, unless that went earlier (ADR-48). */
function promptOf(status: BucketStatus | undefined): string {
  const prompt = vscode.l10n.t(
    'How long the value lives from now, such as 90s or 7d; empty for no TTL of its own',
  );
  return status !== undefined && status.history !== 1
    ? vscode.l10n.t(
        '{0}. The bucket keeps earlier values: one that has no TTL, or a longer one, would come back',
        prompt,
      )
    : prompt;
}

function currentTtl(documents: KeyDocuments, { uri }: DocumentId): string {
  const ttl = documents.find(uri)?.document?.latest.ttl;
  return ttl === 'never' ? ttl : ttl === undefined ? '' : durationText(ttl);
}
