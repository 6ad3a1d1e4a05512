import type {
  FileFacts,
  FilePart,
  FileSink,
  FileStore,
  FolderFiles,
} from '../../../src/kv/transfer/files';

/** Files on a disk that does not tell cases apart and keeps the case that a name was made with, as of Windows and macOS. */
export class CaselessFiles implements FileStore {
  constructor(private readonly files: FileStore) {}

  async stat(path: string): Promise<FileFacts | undefined> {
    return this.files.stat(await this.real(path));
  }

  async create(path: string): Promise<FileSink> {
    return this.files.create(await this.real(path));
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    await this.files.write(await this.real(path), bytes);
  }

  async *read(path: string): AsyncIterable<Uint8Array> {
    yield await this.readWhole(path);
  }

  async readWhole(path: string): Promise<Uint8Array> {
    return this.files.readWhole(await this.real(path));
  }

  async readParts(path: string, parts: readonly FilePart[]): Promise<Uint8Array[]> {
    return this.files.readParts(await this.real(path), parts);
  }

  inside(folder: string): FolderFiles {
    return {
      read: async (path) => {
        const [above, below] = await Promise.all(
          [folder, `${folder}/${path}`].map((each) => this.real(each)),
        );
        return this.files
          .inside(above ?? folder)
          .read((below ?? path).slice((above ?? folder).length + 1));
      },
    };
  }

  async isInside(folder: string, path: string): Promise<boolean> {
    const real = await this.real(`${folder}/${path}`);
    return this.files.isInside(real.slice(0, folder.length), real.slice(folder.length + 1));
  }

  async *list(path: string, onLink?: (path: string) => void): AsyncIterable<string> {
    yield* this.files.list(await this.real(path), onLink);
  }

  async names(folder: string): Promise<readonly string[]> {
    return this.files.names(await this.real(folder));
  }

  async rename(from: string, to: string): Promise<void> {
    await this.files.rename(await this.real(from), await this.real(to));
  }

  async remove(path: string): Promise<void> {
    await this.files.remove(await this.real(path));
  }

  /** The path as it is on the disk, as far as it is there. */
  private async real(path: string): Promise<string> {
    let found = '';
    for (const name of path.split('/')) {
      const isFolder = found === '' || (await this.files.stat(found))?.isFolder;
      const names = isFolder ? await this.files.names(found || '.') : [];
      const there = names.find((each) => each.toLowerCase() === name.toLowerCase());
      found = `${found}${found && '/'}${there ?? name}`;
    }
    return found;
  }
}
