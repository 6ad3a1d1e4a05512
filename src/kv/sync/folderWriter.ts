import { t } from '../base/l10n';
import { KvError } from '../model/errors';
import { extensionOf, keyOfPath, pathOf } from '../transfer/formats/fileNames';
import { extrasName, extrasText, type Extras, type ValueFacts } from './extras';
import { hashOf } from './fileForm';
import { leadsInside, type SyncFolder } from './syncFolder';

/**
 * Owns what is written to a folder; changes only through its methods. What files cannot hold is
 * stored before them, so that a file never stands for another key, and only while nobody else has
 * changed it since.
 */
export class FolderWriter {
  private readonly extras: Map<string, Extras>;
  private storedHash: string | undefined;
  /** The keys of which something has changed that is not stored yet, and those that are being stored. */
  private unstored = new Set<string>();
  private beingStored: ReadonlySet<string> = new Set();
  private readonly inside = new Map<string, Promise<boolean>>();
  private storing: Promise<void> = Promise.resolve();

  constructor(private readonly folder: SyncFolder) {
    // What is told of files that are gone goes with the next change.
    this.extras = new Map([...folder.extras].filter(([key]) => folder.byKey.has(key)));
    this.storedHash = folder.extrasHash;
  }

  /** A path for a key that has no file yet, which no other one has on any file system. */
  newPath(key: string, value: Uint8Array): string {
    return this.folder.taken.take(pathOf(key, extensionOf(key, value)));
  }

  /** Throws `invalidConfig` for a path that leads out of the folder. */
  async write(key: string, path: string, bytes: Uint8Array, facts: ValueFacts): Promise<void> {
    await this.checkInside(path);
    await this.keep(key, {
      ...(keyOfPath(path) !== key && { file: path }),
      ...(facts.headers.length > 0 && { headers: facts.headers }),
      ...(facts.ttl !== undefined && { ttl: facts.ttl }),
    });
    await this.writeAt(path, bytes);
  }

  async remove(key: string, path: string): Promise<void> {
    const { files, path: folder } = this.folder.place;
    await this.checkInside(path);
    await files.remove(`${folder}/${path}`);
    await this.keep(key, {});
  }

  /** The folders above a file are looked up once for all of its files; no link is one of those that are known. */
  private async checkInside(path: string): Promise<void> {
    const { files, path: folder } = this.folder.place;
    const above = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    let inside = this.inside.get(above);
    if (!inside) {
      inside = leadsInside(files, folder, above === '' ? folder : `${folder}/${above}`);
      this.inside.set(above, inside);
    }
    if (!(await inside)) {
      throw leadsOut(path);
    }
  }

  /** A link may have been put in the place of the file since it was looked for. */
  private async writeAt(path: string, bytes: Uint8Array): Promise<void> {
    const { files, path: folder } = this.folder.place;
    try {
      await files.write(`${folder}/${path}`, bytes);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ELOOP' ? leadsOut(path) : error;
    }
  }

  private async keep(key: string, extras: Extras): Promise<void> {
    const [before, after] = [this.extras.get(key) ?? {}, extras];
    if (extrasText(new Map([[key, before]])) !== extrasText(new Map([[key, after]]))) {
      this.extras.set(key, extras);
      this.unstored.add(key);
    }
    if (!this.unstored.has(key) && !this.beingStored.has(key)) {
      // Nothing of it has to be stored: what becomes of others does not matter to it.
      return;
    }
    // Whoever waits for the store under way has its own change in the next one.
    this.storing = this.storing.catch(() => undefined).then(() => this.store());
    await this.storing;
  }

  private async store(): Promise<void> {
    if (this.unstored.size === 0) {
      return;
    }
    const { files, path: folder } = this.folder.place;
    const path = `${folder}/${extrasName}`;
    const present = await this.folder.bytesAt(extrasName);
    if ((present && hashOf(present)) !== this.storedHash) {
      throw new KvError('invalidConfig', t('{0} was changed since the dry run', extrasName));
    }
    this.beingStored = this.unstored;
    this.unstored = new Set();
    const text = extrasText(this.extras);
    try {
      await this.checkInside(extrasName);
      await (text === '' ? files.remove(path) : this.writeAt(extrasName, Buffer.from(text)));
    } catch (error) {
      this.beingStored.forEach((key) => this.unstored.add(key));
      throw error;
    } finally {
      this.beingStored = new Set();
    }
    this.storedHash = text === '' ? undefined : hashOf(Buffer.from(text));
  }
}

function leadsOut(path: string): KvError {
  return new KvError('invalidConfig', t('{0} leads out of the folder by a link', path));
}
