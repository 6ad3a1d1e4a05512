import * as vscode from 'vscode';
import { DisposableStore } from '../../../kv/base/event';
import { isKvError, messageOf } from '../../../kv/model/errors';
import { fileErrors } from '../../../views/shown/fileErrors';
import { FixedFiles } from '../../../views/shown/fixedFiles';
import { findDocument } from '../editors/workspaceEditors';

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

/** A text as VS Code is told of it; times in milliseconds since the epoch. */
export interface PlannedText {
  readonly text: string;
  readonly ctime: number;
  readonly mtime: number;
}

/**
 * Files whose saves are more than the storing of a text: by the user only, who may be shown a plan first. What was
 * saved is read as the server tells it. Owns why each is saved; changes only through what VS Code tells.
 */
export abstract class PlannedFiles
  extends FixedFiles
  implements vscode.FileSystemProvider, vscode.Disposable
{
  protected readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  private readonly reasons = new Map<string, vscode.TextDocumentSaveReason>();

  readonly onDidChangeFile = this.changed.event;

  constructor(private readonly scheme: string) {
    super();
    const { workspace } = vscode;
    this.store.add(
      workspace.onWillSaveTextDocument(({ document: { uri }, reason }) => {
        if (uri.scheme === scheme) {
          this.reasons.set(uri.toString(), reason);
        }
      }),
    );
    this.store.add(workspace.onDidSaveTextDocument(({ uri }) => this.tell(uri)));
  }

  /** Why auto save does not save such a file, as a clause. */
  protected abstract readonly autoSaveRefusal: string;
  protected abstract isServerSide(uri: vscode.Uri): boolean;
  /** What is to be shown of a file now. Throws a `FileSystemError` for what is no such file. */
  protected abstract now(uri: vscode.Uri): Promise<PlannedText>;
  /** The text of a file that is opened or read anew. */
  protected abstract text(uri: vscode.Uri): Promise<string>;
  protected abstract save(uri: vscode.Uri, text: string): Promise<void>;

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { text, ctime, mtime } = await attempt(() => this.now(uri));
    const file = { type: vscode.FileType.File, ctime, size: encoder.encode(text).byteLength };
    if (this.isServerSide(uri)) {
      return { ...file, mtime, permissions: vscode.FilePermission.Readonly };
    }
    // A time that is newer than none that VS Code knows: whether an unsaved text may be saved, we say alone.
    return { ...file, mtime: findDocument(uri.toString())?.isDirty ? 0 : mtime };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return encoder.encode(await attempt(() => this.text(uri)));
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const reason = this.reasons.get(uri.toString()) ?? vscode.TextDocumentSaveReason.Manual;
    this.reasons.delete(uri.toString());
    if (this.isServerSide(uri)) {
      throw fileErrors.noPermissions(uri);
    }
    if (reason !== vscode.TextDocumentSaveReason.Manual) {
      throw fileErrors.unavailable(this.autoSaveRefusal);
    }
    await attempt(() => this.save(uri, textOf(uri, content)));
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Has VS Code read a file again; it does so where nothing in it is unsaved. */
  protected tell(uri: vscode.Uri): void {
    if (uri.scheme === this.scheme) {
      this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    }
  }
}

/** What VS Code hands over of a text. Throws where it is in another encoding, which lacks letters of other parts too. */
function textOf(uri: vscode.Uri, content: Uint8Array): string {
  const encoding = findDocument(uri.toString())?.encoding ?? 'utf8';
  try {
    if (/^utf8(bom)?$/.test(encoding)) {
      return decoder.decode(content);
    }
  } catch {
    // Told below.
  }
  throw fileErrors.unavailable(
    vscode.l10n.t('the text is not in UTF-8 ({0}). Reopen with Encoding, UTF-8', encoding),
  );
}

/** A failure is never 'not found', which would close editors. */
async function attempt<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (fileErrors.isOne(error)) {
      throw error;
    }
    const isDenied = isKvError(error, 'denied') || isKvError(error, 'readOnly');
    const text = messageOf(error);
    throw isDenied ? fileErrors.noPermissions(text) : fileErrors.unavailable(text);
  }
}
