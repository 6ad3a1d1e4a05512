import { close, constants, open, read, readFile } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import type { FolderFiles } from './files';

/** Takes nearly every value at once; larger ones take their room as they come. */
const firstBytes = 8 * 1024;
const openFile = promisify(open);
const closeFile = promisify(close);
/** From where an open file is. */
const readRest = promisify(readFile);
/** Zero on Windows, which has none: there each file is looked at before. */
export const noFollow = (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0;

/**
 * Owns where the folders below a folder are, each looked up once: made anew for every few files.
 * Changes only through `read`. The last step of a path is followed by no link unseen, so that there is
 * nothing to be looked up for a file.
 */
export class NodeFolder implements FolderFiles {
  private readonly folders = new Map<string, Promise<boolean>>();
  private readonly free: Buffer[] = [];
  private root: Promise<string> | undefined;

  constructor(private readonly folder: string) {}

  async read(path: string): Promise<Uint8Array | 'outside' | undefined> {
    const file = join(this.folder, path);
    try {
      if (!(await this.holds(dirname(path)))) {
        return 'outside';
      }
      if (noFollow === 0 && !(await this.leadsInside(file))) {
        return 'outside';
      }
      return await this.readPlain(file);
    } catch (error) {
      switch ((error as NodeJS.ErrnoException).code) {
        case 'ELOOP':
          return this.readLink(file);
        case 'ENOENT':
        case 'ENOTDIR':
          return undefined;
        default:
          throw error;
      }
    }
  }

  /** Whether a folder below this one is really in it. */
  private holds(path: string): Promise<boolean> {
    let inside = this.folders.get(path);
    if (!inside) {
      inside = this.leadsInside(join(this.folder, path));
      this.folders.set(path, inside);
    }
    return inside;
  }

  private async leadsInside(path: string): Promise<boolean> {
    this.root ??= realpath(this.folder);
    const [root, real] = await Promise.all([this.root, realpath(path)]);
    return real === root || real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
  }

  private async readLink(file: string): Promise<Uint8Array | 'outside' | undefined> {
    try {
      return (await this.leadsInside(file)) ? new Uint8Array(await readRest(file)) : 'outside';
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        return undefined;
      }
      throw error;
    }
  }

  private async readPlain(path: string): Promise<Uint8Array> {
    const file = await openFile(path, constants.O_RDONLY | noFollow);
    const buffer = this.free.pop() ?? Buffer.allocUnsafeSlow(firstBytes);
    try {
      const length = await readInto(file, buffer);
      const first = new Uint8Array(buffer.subarray(0, length));
      // A file that is longer fills the buffer; anything shorter has ended.
      return length < firstBytes ? first : await withRest(file, first);
    } finally {
      this.free.push(buffer);
      await closeFile(file);
    }
  }
}

async function withRest(file: number, first: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat([first, await readRest(file)]));
}

/** How many bytes of a file, from where it is, there were. */
function readInto(file: number, buffer: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    read(file, buffer, 0, buffer.length, null, (error, length) =>
      error ? reject(error) : resolve(length),
    );
  });
}
