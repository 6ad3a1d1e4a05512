import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { sizeText } from '../../kv/base/size';
import { KvError } from '../../kv/model/errors';
import type {
  FileFacts,
  FilePart,
  FileSink,
  FileStore,
  FolderFiles,
} from '../../kv/transfer/files';
import { NodeFiles } from '../../kv/transfer/nodeFiles';

/** A file or folder, in the store that has what stands beside it. */
export interface PlacedFile {
  readonly files: FileStore;
  readonly path: string;
}

/** What is at a URI: on this computer by streams, elsewhere as VS Code lets one read and write it. */
export function placedFile(uri: vscode.Uri): PlacedFile {
  if (uri.scheme === 'file') {
    return { files: new NodeFiles(dirname(uri.fsPath)), path: basename(uri.fsPath) };
  }
  const files = new WorkspaceFiles(vscode.Uri.joinPath(uri, '..'));
  return { files, path: uri.path.slice(uri.path.lastIndexOf('/') + 1) };
}

/** VS Code writes files as a whole, so all of one is in memory. */
const mostBytes = 128 * 1024 * 1024;

/** The files below a folder of a file system that VS Code knows. */
class WorkspaceFiles implements FileStore {
  constructor(private readonly root: vscode.Uri) {}

  async stat(path: string): Promise<FileFacts | undefined> {
    try {
      const { size, mtime, type } = await vscode.workspace.fs.stat(this.at(path));
      return { size, modified: mtime, isFolder: (type & vscode.FileType.Directory) !== 0 };
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === 'FileNotFound') {
        return undefined;
      }
      throw error;
    }
  }

  create(path: string): Promise<FileSink> {
    const parts: Uint8Array[] = [];
    let size = 0;
    return Promise.resolve({
      write: (bytes) => {
        parts.push(bytes);
        size += bytes.length;
        return size <= mostBytes
          ? Promise.resolve()
          : Promise.reject(
              new KvError(
                'tooLarge',
                vscode.l10n.t('a file there can have {0} at most', sizeText(mostBytes)),
              ),
            );
      },
      close: () => this.write(path, Buffer.concat(parts)),
    });
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    await vscode.workspace.fs.writeFile(this.at(path), bytes);
  }

  async *read(path: string): AsyncGenerator<Uint8Array, void, undefined> {
    yield await this.readWhole(path);
  }

  async readWhole(path: string): Promise<Uint8Array> {
    return vscode.workspace.fs.readFile(this.at(path));
  }

  async readParts(path: string, parts: readonly FilePart[]): Promise<Uint8Array[]> {
    const whole = await this.readWhole(path);
    return parts.map(({ start, length }) => whole.slice(start, start + length));
  }

  inside(folder: string): FolderFiles {
    return { read: (path) => this.readInside(`${folder}/${path}`) };
  }

  /** Its file systems tell no ends of links: a link is taken to lead out. */
  async isInside(folder: string, path: string): Promise<boolean> {
    const { type } = await vscode.workspace.fs.stat(this.at(`${folder}/${path}`));
    return (type & vscode.FileType.SymbolicLink) === 0;
  }

  async *list(
    path: string,
    onLink?: (path: string) => void,
  ): AsyncGenerator<string, void, undefined> {
    for (const [name, type] of await vscode.workspace.fs.readDirectory(this.at(path))) {
      if (type === vscode.FileType.Directory) {
        const below = this.list(`${path}/${name}`, (link) => onLink?.(`${name}/${link}`));
        for await (const file of below) {
          yield `${name}/${file}`;
        }
      } else if (type === vscode.FileType.File) {
        yield name;
      } else if ((type & vscode.FileType.SymbolicLink) !== 0) {
        onLink?.(name);
      }
    }
  }

  async names(folder: string): Promise<readonly string[]> {
    if (!(await this.stat(folder))) {
      return [];
    }
    return (await vscode.workspace.fs.readDirectory(this.at(folder))).map(([name]) => name);
  }

  async rename(from: string, to: string): Promise<void> {
    await vscode.workspace.fs.rename(this.at(from), this.at(to), { overwrite: true });
  }

  async remove(path: string): Promise<void> {
    if (await this.stat(path)) {
      await vscode.workspace.fs.delete(this.at(path), { recursive: true, useTrash: false });
    }
  }

  /** Its file systems tell no ends of links: a link is taken to lead out. */
  private async readInside(path: string): Promise<Uint8Array | 'outside' | undefined> {
    try {
      const { type } = await vscode.workspace.fs.stat(this.at(path));
      return type & vscode.FileType.SymbolicLink ? 'outside' : await this.readWhole(path);
    } catch (error) {
      if (!(await this.stat(path))) {
        return undefined;
      }
      throw error;
    }
  }

  private at(path: string): vscode.Uri {
    return vscode.Uri.joinPath(this.root, path);
  }
}
