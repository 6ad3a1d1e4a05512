import * as vscode from 'vscode';
import { DisposableStore } from '../../kv/base/event';
import { isKvError, KvError, messageOf } from '../../kv/model/errors';
import { fileErrors } from '../../views/shown/fileErrors';
import { FixedFiles } from '../../views/shown/fixedFiles';
import { bucketConfigScheme } from '../contributions';
import { findDocument } from '../documents/editors/workspaceEditors';
import type { BucketDocuments } from './bucketDocuments';
import type { BucketSaves } from './bucketSaves';
import { bucketAddress, bucketUri, isServerUri, type BucketAddress } from './bucketUri';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * Configurations of buckets as files. A save shows first what it would do and ends when that was
 * carried out or given up.
 */
export class BucketFileSystem
  extends FixedFiles
  implements vscode.FileSystemProvider, vscode.Disposable
{
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  private readonly reasons = new Map<string, vscode.TextDocumentSaveReason>();

  readonly onDidChangeFile = this.changed.event;

  constructor(
    private readonly documents: BucketDocuments,
    private readonly saves: BucketSaves,
  ) {
    super();
    this.store.add(
      vscode.workspace.onWillSaveTextDocument(({ document: { uri }, reason }) => {
        if (uri.scheme === bucketConfigScheme) {
          this.reasons.set(uri.toString(), reason);
        }
      }),
    );
  }

  /** Has VS Code read a document again; it does so where nothing in it is unsaved. */
  refresh(address: BucketAddress): void {
    const open = this.documents.find(address);
    if (open?.latest && !open.isNew) {
      open.show(open.serverText);
      this.changed.fire([{ type: vscode.FileChangeType.Changed, uri: bucketUri(address) }]);
    }
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const address = addressOf(uri);
    const open = await attempt(() => this.documents.current(address));
    if (!open.latest && !open.draft && !open.base) {
      throw fileErrors.fileNotFound(uri);
    }
    // VS Code takes no time below the one that it knows, of before a restart: then a save would be refused.
    if (open.mtime === 0 && open.latest && findDocument(uri.toString())?.isDirty === false) {
      open.show(open.serverText);
    }
    const isRead = open.mtime > 0 && !isServerUri(uri);
    const text = isRead ? open.text : open.serverText;
    const size = encoder.encode(text).byteLength;
    const ctime = open.latest?.created ?? 0;
    const stat = { type: vscode.FileType.File, ctime, mtime: open.mtime || ctime, size };
    return isServerUri(uri) ? { ...stat, permissions: vscode.FilePermission.Readonly } : stat;
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const address = addressOf(uri);
    const text = await attempt(async () =>
      isServerUri(uri)
        ? (await this.documents.look(address)).serverText
        : this.documents.read(address, findDocument(uri.toString()) !== undefined),
    );
    if (text === undefined) {
      throw fileErrors.fileNotFound(uri);
    }
    return encoder.encode(text);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const address = addressOf(uri);
    const reason = this.reasons.get(uri.toString()) ?? vscode.TextDocumentSaveReason.Manual;
    this.reasons.delete(uri.toString());
    if (reason !== vscode.TextDocumentSaveReason.Manual) {
      throw fileErrors.unavailable(
        vscode.l10n.t('auto save does not change buckets. Save with the Save command.'),
      );
    }
    const text = decoder.decode(content);
    await attempt(() => this.saves.save(address, text));
    this.documents.find(address)?.show(text);
    // After VS Code has taken note of the save, it reads how the server tells it.
    setTimeout(() => this.refresh(address));
  }

  dispose(): void {
    this.store.dispose();
  }
}

function addressOf(uri: vscode.Uri): BucketAddress {
  const address = bucketAddress(uri);
  if (!address) {
    throw fileErrors.fileNotFound(uri);
  }
  return address;
}

/** A failure is never 'not found', which would close editors. */
async function attempt<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const isDenied = isKvError(error, 'denied') || isKvError(error, 'readOnly');
    const text = error instanceof KvError ? error.message : messageOf(error);
    throw isDenied ? fileErrors.noPermissions(text) : fileErrors.unavailable(text);
  }
}
