import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../../kv/base/event';
import { fileErrors } from '../../../views/shown/fileErrors';
import { FixedFiles } from '../../../views/shown/fixedFiles';

/** A text of a merge; only the result can be written. */
interface MergeFile {
  content: Uint8Array;
  mtime: number;
  readonly saved: ((content: Uint8Array) => void) | undefined;
}

/**
 * Owns the texts that a merge editor shows, in memory: the sides, and the result, which is a copy. The
 * user's own text is none of them: it stays unsaved in its editor for as long as the merge goes on.
 */
export class MergeFiles extends FixedFiles implements vscode.FileSystemProvider, Disposable {
  private readonly files = new Map<string, MergeFile>();
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());

  readonly onDidChangeFile = this.changed.event;

  has(uri: vscode.Uri): boolean {
    return this.files.has(uri.toString());
  }

  /** `saved`: told what is written by whoever saves; none for a text that is only looked at. */
  add(uri: vscode.Uri, text: string, saved?: (content: Uint8Array) => void): void {
    this.files.set(uri.toString(), { content: Buffer.from(text), mtime: 1, saved });
  }

  remove(uri: vscode.Uri): void {
    this.files.delete(uri.toString());
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { content, mtime, saved } = this.find(uri);
    const permissions = saved ? {} : { permissions: vscode.FilePermission.Readonly };
    return { type: vscode.FileType.File, ctime: 0, mtime, size: content.length, ...permissions };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.find(uri).content;
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    const file = this.find(uri);
    if (!file.saved) {
      throw fileErrors.noPermissions(uri);
    }
    const isNew = Buffer.compare(content, file.content) !== 0;
    file.content = content;
    file.mtime++;
    // The merge editor saves as it opens, so that giving up can go back to that.
    if (isNew) {
      file.saved(content);
    }
  }

  readDirectory(uri: vscode.Uri): never {
    throw fileErrors.fileNotADirectory(uri);
  }

  dispose(): void {
    this.files.clear();
    this.store.dispose();
  }

  /** After a reload of the window a merge is over: nothing of it is left. */
  private find(uri: vscode.Uri): MergeFile {
    const file = this.files.get(uri.toString());
    if (!file) {
      throw fileErrors.fileNotFound(uri);
    }
    return file;
  }
}
