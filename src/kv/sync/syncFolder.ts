import { t } from '../base/l10n';
import { inParallel } from '../base/inParallel';
import { Pace } from '../base/pace';
import { KvError, throwIfCancelled } from '../model/errors';
import { keyProblem } from '../model/key';
import type { FileStore, FolderFiles } from '../transfer/files';
import { isHidden } from '../transfer/formats/folderSource';
import { keyOfPath, TakenPaths } from '../transfer/formats/fileNames';
import { batched } from '../transfer/source';
import { extrasName, factsOf, parseExtras, type Extras, type ValueFacts } from './extras';
import { hashOf } from './fileForm';

/** The file of a key. */
export interface SyncFile {
  /** In the folder, with `/`. */
  readonly path: string;
  readonly hash: string;
  readonly size: number;
  readonly facts: ValueFacts;
}

/** Something in a folder that is no file of a key, or a key that is left alone; the reason is a clause. */
export interface SyncProblem {
  readonly name: string;
  readonly reason: string;
}

/** Where the files of a pair are: `path` in the store, below the folder of the workspace, `base`. */
export interface FolderPlace {
  readonly files: FileStore;
  readonly base: string;
  readonly path: string;
}

const filesAtOnce = 32;
/** Servers take no larger message. */
const largestFile = 64 * 1024 * 1024;

/**
 * Owns what is known of the files of a folder, by keys without the prefix; changes only through `scan`,
 * `readNames`, `look` and `block`. Contents are not kept. Links are not followed, and what they hide is left alone.
 */
export class SyncFolder {
  readonly byKey = new Map<string, SyncFile>();
  readonly problems: SyncProblem[] = [];
  readonly taken = new TakenPaths();
  extras = new Map<string, Extras>();
  /** Of the file of what files cannot hold; undefined for none. */
  extrasHash: string | undefined;
  isThere = false;
  private readonly blocked = new Set<string>();
  private readonly links: string[] = [];
  private keysOfFiles = new Map<string, string>();

  constructor(readonly place: FolderPlace) {}

  /** Throws `invalidConfig` for what is no folder, leads out of the workspace, or cannot be read. */
  async scan(signal: AbortSignal, onProgress: (files: number) => void): Promise<void> {
    const { files, path, base } = this.place;
    const facts = await files.stat(path);
    this.isThere = facts !== undefined;
    if (facts && !facts.isFolder) {
      throw new KvError('invalidConfig', t('{0} is a file, and a folder is needed', path));
    }
    if (!(await leadsInside(files, base, path))) {
      throw new KvError('invalidConfig', t('{0} is a link that leads out of the workspace', path));
    }
    if (facts) {
      await this.readNames();
      await this.readFiles(signal, onProgress);
    }
  }

  /** Whether a key is left alone, since it is not known what its file is. */
  isBlocked(key: string): boolean {
    const folded = foldedKey(key);
    return (
      this.blocked.has(key) ||
      this.links.some((link) => folded === link || folded.startsWith(`${link}.`))
    );
  }

  block(key: string, reason: string): void {
    this.blocked.add(key);
    this.problems.push({ name: key, reason });
  }

  /** Reads a file anew; the bytes as they are now, undefined for none. */
  async bytesAt(path: string): Promise<Uint8Array | undefined> {
    return readFile(this.place, path);
  }

  /** The key of a path, as far as it is one. */
  keyAt(path: string): string | undefined {
    const key = this.keysOfFiles.get(path) ?? keyOfPath(path);
    return key === undefined || keyProblem(key) ? undefined : key;
  }

  /** Whether one of these paths is a folder now. */
  async hasFolder(paths: readonly string[]): Promise<boolean> {
    const { files, path: folder } = this.place;
    for (const path of paths) {
      if (!isHidden(path) && (await files.stat(`${folder}/${path}`))?.isFolder) {
        return true;
      }
    }
    return false;
  }

  /** Looks at one file again, which may be gone; gives the key that it is about. */
  async look(path: string): Promise<string | undefined> {
    const key = isHidden(path) ? undefined : this.keyAt(path);
    if (key === undefined) {
      return undefined;
    }
    const facts = await this.place.files.stat(`${this.place.path}/${path}`);
    const bytes = facts?.isFolder ? undefined : await this.bytesAt(path);
    const before = this.byKey.get(key);
    this.blocked.delete(key);
    if (bytes && before && before.path !== path) {
      this.block(key, t('{0} and {1} both stand for this key', path, before.path));
    } else if (bytes) {
      this.taken.take(path);
      const own = factsOf(this.extras.get(key));
      this.byKey.set(key, { path, hash: hashOf(bytes), size: bytes.length, facts: own });
    } else if (before?.path === path) {
      this.byKey.delete(key);
    }
    return key;
  }

  /** Reads which files stand for other keys than their names say; part of `scan`. */
  async readNames(): Promise<void> {
    const bytes = await this.bytesAt(extrasName);
    this.extrasHash = bytes && hashOf(bytes);
    this.extras = bytes ? parseExtras(bytes) : new Map<string, Extras>();
    this.keysOfFiles = new Map(
      [...this.extras].flatMap(([key, { file }]) => (file === undefined ? [] : [[file, key]])),
    );
  }

  private async readFiles(signal: AbortSignal, onProgress: (files: number) => void): Promise<void> {
    const { files, path } = this.place;
    const pace = new Pace();
    let count = 0;
    const links: string[] = [];
    for await (const paths of batched(files.list(path, (link) => links.push(link)))) {
      throwIfCancelled(signal);
      const shown = paths.filter((file) => !isHidden(file));
      const inside = files.inside(path);
      await inParallel(shown, filesAtOnce, async (file) => {
        await this.add(file, inside);
        if (pace.isOver) {
          await pace.rest();
        }
      });
      count += shown.length;
      onProgress(count);
    }
    links.filter((link) => !isHidden(link)).forEach((link) => this.addLink(link));
  }

  private async add(path: string, inside: FolderFiles): Promise<void> {
    this.taken.take(path);
    const key = this.keyAt(path);
    if (key === undefined) {
      this.problems.push({ name: path, reason: t('the name of the file stands for no key') });
      return;
    }
    const other = this.byKey.get(key);
    if (other || this.blocked.has(key)) {
      const reason = t(
        '{0} and {1} both stand for this key',
        path,
        other?.path ?? t('another file'),
      );
      this.byKey.delete(key);
      this.block(key, reason);
      return;
    }
    // Its place is taken before it is read, so that another file of this key is noticed meanwhile.
    const facts = factsOf(this.extras.get(key));
    this.byKey.set(key, { path, hash: '', size: 0, facts });
    const { size } = (await this.place.files.stat(`${this.place.path}/${path}`)) ?? { size: 0 };
    const isLarge = size > largestFile;
    const bytes = isLarge ? undefined : await inside.read(path);
    if (this.blocked.has(key)) {
      return;
    }
    if (bytes && bytes !== 'outside') {
      this.byKey.set(key, { path, hash: hashOf(bytes), size: bytes.length, facts });
    } else {
      this.byKey.delete(key);
      if (isLarge || bytes === 'outside') {
        const reason = isLarge
          ? t('the file is larger than any value can be')
          : t('it is a link that leads out');
        this.block(key, reason);
      }
    }
  }

  private addLink(path: string): void {
    const asFile = keyOfPath(path);
    const asFolder = keyOfPath(`${path}/x`)?.slice(0, -2);
    for (const key of [asFile, asFolder]) {
      if (key !== undefined && key !== '') {
        this.links.push(foldedKey(key));
      }
    }
    this.problems.push({ name: path, reason: t('it is a link, and links are not followed') });
  }
}

/** The bytes of a file of a pair as they are now; undefined for none. */
async function readFile(
  { files, path: folder }: FolderPlace,
  path: string,
): Promise<Uint8Array | undefined> {
  const whole = `${folder}/${path}`;
  try {
    return await files.readWhole(whole);
  } catch (error) {
    if (!(await files.stat(whole))) {
      return undefined;
    }
    throw error;
  }
}

/** Whether a path, as far as it is there, is in a folder and no link leads it out. */
export async function leadsInside(
  files: FileStore,
  folder: string,
  path: string,
): Promise<boolean> {
  const parts = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split('/') : [];
  for (let count = 1; count <= parts.length; count++) {
    const part = parts.slice(0, count).join('/');
    if (!(await files.stat(`${folder}/${part}`))) {
      return true;
    }
    if (!(await files.isInside(folder, part))) {
      return false;
    }
  }
  return true;
}

function foldedKey(key: string): string {
  return key.normalize('NFC').toLowerCase();
}
