import { createReadStream } from 'node:fs';
import {
  mkdir,
  open,
  opendir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { FileFacts, FileSink, FileStore } from './files';

const pieceBytes = 256 * 1024;

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
        await file.sync().finally(() => file.close());
      },
    };
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    await this.makeFolderOf(path);
    await writeFile(this.at(path), bytes);
  }

  read(path: string): AsyncIterable<Uint8Array> {
    return createReadStream(this.at(path), { highWaterMark: pieceBytes });
  }

  async readWhole(path: string): Promise<Uint8Array> {
    return new Uint8Array(await readFile(this.at(path)));
  }

  async isInside(folder: string, path: string): Promise<boolean> {
    const [root, real] = await Promise.all([
      realpath(this.at(folder)),
      realpath(this.at(`${folder}/${path}`)),
    ]);
    return real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
  }

  async *list(path: string): AsyncGenerator<string, void, undefined> {
    const folder = this.at(path);
    for await (const file of await opendir(folder, { recursive: true })) {
      if (file.isFile()) {
        yield relative(folder, join(file.parentPath, file.name)).split(sep).join('/');
      }
    }
  }

  async rename(from: string, to: string): Promise<void> {
    await rename(this.at(from), this.at(to));
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
