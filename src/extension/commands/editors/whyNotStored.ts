import * as vscode from 'vscode';
import type { DocumentId } from '../../documents/address/documentId';
import { isLiveVersion } from '../../documents/model/version';
import type { KeyDocuments } from '../../documents/model/keyDocuments';
import type { ReadOnlyReason } from '../../documents/model/knownBuckets';
import type { StoredFacts } from '../../documents/model/storeAnew';
import { reportFailure } from '../target';

/** What is to be stored anew with a value that stays: named where it cannot be. */
export interface RefusalTexts {
  /** For a mirror of another bucket. */
  readonly mirror: (bucket: string, of: string) => string;
  /** For a key that has no value. */
  readonly gone: (key: string) => string;
}

/**
 * Why nothing can be stored with the value of a key now, as a sentence: nothing is asked that is
 * refused afterwards.
 */
export async function whyNotStored(
  documents: KeyDocuments,
  id: DocumentId,
  texts: RefusalTexts,
): Promise<string | undefined> {
  const { key, bucket } = id.address;
  const readOnly = documents.readOnly(id);
  if (readOnly) {
    return whyReadOnly(readOnly, bucket, texts.mirror);
  }
  const { latest } = await documents.known(id);
  return isLiveVersion(latest) ? undefined : texts.gone(key);
}

/** Why nothing can be written into a bucket, as a sentence. */
export function whyReadOnly(
  reason: ReadOnlyReason,
  bucket: string,
  mirror: RefusalTexts['mirror'],
): string {
  switch (reason.kind) {
    case 'mirror':
      return mirror(bucket, reason.of);
    case 'counter':
      return vscode.l10n.t('{0} holds counters, which cannot be written here.', bucket);
    case 'locked':
      return vscode.l10n.t('The connection is read-only: unlock its writes first.');
  }
}

/**
 * Stores facts anew with a value that stays. False when that was not done, which is told as the failure
 * of what was `failed`.
 */
export async function storeOrReport(
  documents: KeyDocuments,
  log: vscode.LogOutputChannel,
  id: DocumentId,
  facts: StoredFacts,
  failed: string,
): Promise<boolean> {
  try {
    if ((await documents.storeAnew(id, facts)) === 'conflict') {
      throw new Error(
        vscode.l10n.t('it changed on the server meanwhile; look at it and try again'),
      );
    }
    return true;
  } catch (error) {
    await reportFailure(log, failed, error);
    return false;
  }
}
