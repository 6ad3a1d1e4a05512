import * as vscode from 'vscode';
import { fileErrors } from '../../views/shown/fileErrors';
import { bucketConfigScheme } from '../contributions';
import { findDocument } from '../documents/editors/workspaceEditors';
import { PlannedFiles, type PlannedText } from '../documents/provider/plannedFiles';
import type { BucketDocuments } from './bucketDocuments';
import type { BucketSaves } from './bucketSaves';
import { bucketAddress, bucketUri, isServerUri, type BucketAddress } from './bucketUri';

/**
 * Configurations of buckets as files. A save shows first what it would do and ends when that was
 * carried out or given up.
 */
export class BucketFileSystem extends PlannedFiles {
  protected readonly autoSaveRefusal = vscode.l10n.t(
    'auto save does not change buckets. Save with the Save command.',
  );

  constructor(
    private readonly documents: BucketDocuments,
    private readonly saves: BucketSaves,
  ) {
    super(bucketConfigScheme);
  }

  /** Has VS Code read a document again; it does so where nothing in it is unsaved. */
  refresh(address: BucketAddress): void {
    if (this.documents.find(address)?.latest) {
      this.tell(bucketUri(address));
    }
  }

  protected isServerSide(uri: vscode.Uri): boolean {
    return isServerUri(uri);
  }

  protected async now(uri: vscode.Uri): Promise<PlannedText> {
    const open = await this.documents.current(addressOf(uri));
    if (!open.latest && !open.draft && !open.base) {
      throw fileErrors.fileNotFound(uri);
    }
    const ctime = open.latest?.created ?? 0;
    if (isServerUri(uri)) {
      return { text: open.serverText, ctime, mtime: open.mtime || ctime };
    }
    if (open.latest && !findDocument(uri.toString())?.isDirty) {
      open.show(open.serverText);
    }
    return { text: open.text, ctime, mtime: open.mtime };
  }

  protected async text(uri: vscode.Uri): Promise<string> {
    const address = addressOf(uri);
    const text = isServerUri(uri)
      ? (await this.documents.look(address)).serverText
      : await this.documents.read(address, findDocument(uri.toString()) !== undefined);
    if (text === undefined) {
      throw fileErrors.fileNotFound(uri);
    }
    return text;
  }

  protected save(uri: vscode.Uri, text: string): Promise<void> {
    return this.saves.save(addressOf(uri), text);
  }

  /** Once a bucket was saved, and while there is one. */
  protected override tell(uri: vscode.Uri): void {
    const address = isServerUri(uri) ? undefined : bucketAddress(uri);
    if (address && this.documents.find(address)?.latest) {
      super.tell(uri);
    }
  }
}

function addressOf(uri: vscode.Uri): BucketAddress {
  const address = bucketAddress(uri);
  if (!address) {
    throw fileErrors.fileNotFound(uri);
  }
  return address;
}
