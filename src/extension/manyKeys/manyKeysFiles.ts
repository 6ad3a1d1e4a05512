import * as vscode from 'vscode';
import { DisposableStore } from '../../kv/base/event';
import { isKvError, messageOf } from '../../kv/model/errors';
import { fileErrors } from '../../views/shown/fileErrors';
import { FixedFiles } from '../../views/shown/fixedFiles';
import { manyKeysScheme } from '../contributions';
import { findDocument } from '../documents/editors/workspaceEditors';
import type { ManyKeysDocuments, ManyKeysName } from './manyKeysDocuments';
import type { ManyKeysSaves } from './manyKeysSaves';
import { isServerSide, manyKeysAddress } from './manyKeysUri';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Documents of many keys as files. */
export class ManyKeysFiles
  extends FixedFiles
  implements vscode.FileSystemProvider, vscode.Disposable
{
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  private readonly reasons = new Map<string, vscode.TextDocumentSaveReason>();

  readonly onDidChangeFile = this.changed.event;

  constructor(
    private readonly documents: ManyKeysDocuments,
    private readonly saves: ManyKeysSaves,
  ) {
    super();
    const { workspace } = vscode;
    this.store.add(
      workspace.onWillSaveTextDocument(({ document: { uri }, reason }) => {
        if (uri.scheme === manyKeysScheme) {
          this.reasons.set(uri.toString(), reason);
        }
      }),
    );
    // What was saved is read as the server tells it.
    this.store.add(workspace.onDidSaveTextDocument(({ uri }) => this.refresh(uri)));
  }

  /** Has VS Code read a document again; it does so where nothing in it is unsaved. */
  refresh(uri: vscode.Uri): void {
    if (uri.scheme === manyKeysScheme) {
      this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    }
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const name = nameOf(uri);
    const open = await attempt(() => this.documents.current(name));
    const file = { type: vscode.FileType.File, ctime: open.latest?.bucketCreated ?? 0 };
    if (isServerSide(uri)) {
      const permissions = vscode.FilePermission.Readonly;
      open.show(open.serverText);
      return { ...file, mtime: open.mtime, size: sizeOf(open.shown), permissions };
    }
    if (findDocument(uri.toString())?.isDirty) {
      // A time that is newer than none that VS Code knows: whether an unsaved text may be saved, we say alone.
      return { ...file, mtime: 0, size: sizeOf(open.shown) };
    }
    open.show(open.serverText);
    return { ...file, mtime: open.mtime, size: sizeOf(open.shown) };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const isOpen = isServerSide(uri) || findDocument(uri.toString()) !== undefined;
    return encoder.encode(await attempt(() => this.documents.read(nameOf(uri), isOpen)));
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const reason = this.reasons.get(uri.toString()) ?? vscode.TextDocumentSaveReason.Manual;
    this.reasons.delete(uri.toString());
    if (reason !== vscode.TextDocumentSaveReason.Manual) {
      throw fileErrors.unavailable(
        vscode.l10n.t('auto save does not write several keys. Save with the Save command.'),
      );
    }
    await attempt(() => this.saves.save(nameOf(uri), decoder.decode(content)));
  }

  dispose(): void {
    this.store.dispose();
  }
}

/** The document that a URI names, that of the server's side too: both are of the same keys. */
export function nameOf(uri: vscode.Uri): ManyKeysName {
  const address = manyKeysAddress(uri);
  if (!address) {
    throw fileErrors.fileNotFound(uri);
  }
  const file = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  return { uri: uri.toString(), address, name: file.replace(/\.keys\.jsonc$/, '') };
}

function sizeOf(text: string): number {
  return encoder.encode(text).byteLength;
}

/** A failure is never 'not found', which would close editors. */
async function attempt<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const isDenied = isKvError(error, 'denied') || isKvError(error, 'readOnly');
    const text = messageOf(error);
    throw isDenied ? fileErrors.noPermissions(text) : fileErrors.unavailable(text);
  }
}
