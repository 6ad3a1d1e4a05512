import * as vscode from 'vscode';
import type { DocumentId } from '../../documents/address/documentId';
import { isLiveVersion } from '../../documents/model/version';
import type { KeyDocuments } from '../../documents/model/keyDocuments';

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
  switch (readOnly?.kind) {
    case 'mirror':
      return texts.mirror(bucket, readOnly.of);
    case 'counter':
      return vscode.l10n.t('{0} holds counters, which cannot be written here.', bucket);
    case 'locked':
      return vscode.l10n.t('The connection is read-only: unlock its writes first.');
    case undefined: {
      const { latest } = await documents.known(id);
      return isLiveVersion(latest) ? undefined : texts.gone(key);
    }
  }
}
