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
    // What was saved is read as the server tells it.
    this.store.add(
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        const address = isServerUri(uri) ? undefined : bucketAddress(uri);
        if (address) {
          this.refresh(address);
        }
      }),
    );
  }

  /** Has VS Code read a document again; it does so where nothing in it is unsaved. */
  refresh(address: BucketAddress): void {
    const open = this.documents.find(address);
    if (open?.latest) {
      this.changed.fire([{ type: vscode.FileChangeType.Changed, uri: bucketUri(address) }]);
    }
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const address = addressOf(uri);
    const open = await attempt(() => this.documents.current(address));
    if (!open.latest && !open.draft && !open.base) {
      throw fileErrors.fileNotFound(uri);
    }
    const ctime = open.latest?.created ?? 0;
    const file = { type: vscode.FileType.File, ctime };
    if (isServerUri(uri)) {
      const size = sizeOf(open.serverText);
      const mtime = open.mtime || ctime;
      return { ...file, mtime, size, permissions: vscode.FilePermission.Readonly };
    }
    if (findDocument(uri.toString())?.isDirty) {
      // A time that is newer than none that VS Code knows: whether an unsaved text may be saved, we say alone.
      return { ...file, mtime: 0, size: sizeOf(open.text) };
    }
    if (open.latest) {
      open.show(open.serverText);
    }
    return { ...file, mtime: open.mtime, size: sizeOf(open.text) };
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
  }

  dispose(): void {
    this.store.dispose();
  }
}

function sizeOf(text: string): number {
  return encoder.encode(text).byteLength;
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
