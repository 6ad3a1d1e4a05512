import { close, constants, createReadStream, open as openOf, writeFile } from 'node:fs';
import {
  lstat,
  mkdir,
  open,
  opendir,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
} from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { inParallel } from '../base/inParallel';
import { renameFile } from '../base/renameFile';
import type { FileFacts, FilePart, FileSink, FileStore, FolderFiles } from './files';
import { NodeFolder, noFollow } from './nodeFolder';

const pieceBytes = 256 * 1024;
const partsAtOnce = 32;
const namesAtOnce = 1_024;
/** Those of promises make an object for each file. */
const [openFile, writeAll, closeFile] = [promisify(openOf), promisify(writeFile), promisify(close)];
/** Also a link that leads to nothing yet would have the file made where it leads to. */
const writeFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | noFollow;

/** The files below a folder of this computer. */
export class NodeFiles implements FileStore {
  private readonly made = new Set<string>();

  constructor(private readonly root: string) {}

  async stat(path: string): Promise<FileFacts | undefined> {
    try {
      const facts = await stat(this.at(path));
      return { size: facts.size, modified: facts.mtimeMs, isFolder: facts.isDirectory() };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        return undefined;
      }
      throw error;
    }
  }

  async create(path: string): Promise<FileSink> {
    await this.makeFolderOf(path);
    const file = await open(this.at(path), 'wx');
    return {
      write: async (bytes) => {
        await file.writeFile(bytes);
      },
      close: async () => {
        // What was renamed before its bytes were stored would be empty after a loss of power.
        try {
          await file.sync();
        } finally {
          await file.close();
        }
      },
    };
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    await this.makeFolderOf(path);
    if (noFollow === 0) {
      await refuseLink(this.at(path));
    }
    const file = await openFile(this.at(path), writeFlags);
    try {
      await writeAll(file, bytes);
    } finally {
      await closeFile(file);
    }
  }

  read(path: string): AsyncIterable<Uint8Array> {
    return createReadStream(this.at(path), { highWaterMark: pieceBytes });
  }

  async readWhole(path: string): Promise<Uint8Array> {
    return new Uint8Array(await readFile(this.at(path)));
  }

  async readParts(path: string, parts: readonly FilePart[]): Promise<Uint8Array[]> {
    const file = await open(this.at(path), 'r');
    try {
      const read: Uint8Array[] = [];
      await inParallel([...parts.entries()], partsAtOnce, async ([at, { start, length }]) => {
        const buffer = new Uint8Array(length);
        const { bytesRead } = await file.read(buffer, 0, length, start);
        read[at] = buffer.subarray(0, bytesRead);
      });
      return read;
    } finally {
      await file.close();
    }
  }

  inside(folder: string): FolderFiles {
    return new NodeFolder(this.at(folder));
  }

  async isInside(folder: string, path: string): Promise<boolean> {
    const [root, real] = await Promise.all([
      realpath(this.at(folder)),
      realpath(this.at(`${folder}/${path}`)),
    ]);
    return real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
  }

  async *list(
    path: string,
    onLink?: (path: string) => void,
  ): AsyncGenerator<string, void, undefined> {
    const folders: string[] = [];
    for await (const found of await opendir(this.at(path), { bufferSize: namesAtOnce })) {
      if (found.isDirectory()) {
        folders.push(found.name);
      } else if (found.isFile()) {
        yield found.name;
      } else if (found.isSymbolicLink()) {
        onLink?.(found.name);
      }
    }
    for (const folder of folders) {
      const links = (link: string): void => onLink?.(`${folder}/${link}`);
      for await (const below of this.list(`${path}/${folder}`, links)) {
        yield `${folder}/${below}`;
      }
    }
  }

  async names(folder: string): Promise<readonly string[]> {
    try {
      return await readdir(this.at(folder));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        return [];
      }
      throw error;
    }
  }

  async rename(from: string, to: string): Promise<void> {
    await renameFile(this.at(from), this.at(to));
  }

  async remove(path: string): Promise<void> {
    this.made.clear();
    await rm(this.at(path), { recursive: true, force: true });
  }

  private at(path: string): string {
    return join(this.root, path);
  }

  private async makeFolderOf(path: string): Promise<void> {
    const folder = dirname(this.at(path));
    if (!this.made.has(folder)) {
      await mkdir(folder, { recursive: true });
      this.made.add(folder);
    }
  }
}

/** Throws as an opening that follows no link does. */
async function refuseLink(path: string): Promise<void> {
  try {
    if ((await lstat(path)).isSymbolicLink()) {
      throw Object.assign(new Error(`ELOOP: ${path} is a link`), { code: 'ELOOP' });
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
  }
}
