import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { t } from '../base/l10n';
import type { Disposable } from '../base/event';

/** A folder to watch, which need not be there yet. */
export interface WatchTarget {
  readonly folder: string;
  /** Only these of its entries matter; all of them when omitted. */
  readonly names?: readonly string[];
}

/** A folder that is there. `identity` tells it from one of the same path that replaced it. */
interface Found extends WatchTarget {
  readonly identity: string;
}

/** Between looking for a folder and watching it, it can come or go; then both are done again. */
const maxTries = 5;

/**
 * Owns watchers of folders, and of the nearest parents of those that do not exist; changes only
 * through `follow`. Folders are watched and not files, since files are replaced by renaming.
 */
export class FolderWatch implements Disposable {
  private watchers = new Map<string, FSWatcher>();
  private disposed = false;

  constructor(private readonly changed: () => void) {}

  /**
   * Watches these from now on and nothing else; call it again after each change, since folders come
   * and go. What changes after it has resolved is told. Resolves with the folders that cannot be
   * watched, a sentence each.
   */
  async follow(targets: readonly WatchTarget[]): Promise<readonly string[]> {
    let problems: readonly string[] = [];
    for (let tries = 0; tries < maxTries; tries++) {
      const found = await findAll(targets);
      if (this.disposed || (tries > 0 && this.watchesAll(found))) {
        break;
      }
      problems = this.replace(found);
    }
    return problems;
  }

  dispose(): void {
    this.disposed = true;
    this.replace([]);
  }

  private watchesAll(found: readonly Found[]): boolean {
    return found.every((each) => this.watchers.has(keyOf(each)));
  }

  private replace(found: readonly Found[]): string[] {
    const before = this.watchers;
    this.watchers = new Map();
    const problems: string[] = [];
    for (const each of found) {
      const key = keyOf(each);
      try {
        this.watchers.set(key, before.get(key) ?? this.open(key, each));
      } catch (error) {
        const code = String((error as NodeJS.ErrnoException).code);
        problems.push(
          t('{0} cannot be watched ({1}); refresh to see what changed.', each.folder, code),
        );
      }
    }
    for (const [key, watcher] of before) {
      if (!this.watchers.has(key)) {
        watcher.close();
      }
    }
    return problems;
  }

  private open(key: string, { folder, names }: Found): FSWatcher {
    const watcher = watch(folder, { persistent: false }, (_, name) => {
      // A folder that is removed or moved away tells its own name.
      if (!names || name === null || names.includes(name) || name === basename(folder)) {
        this.changed();
      }
    });
    watcher.on('error', () => {
      watcher.close();
      if (this.watchers.get(key) === watcher) {
        this.watchers.delete(key);
        this.changed();
      }
    });
    return watcher;
  }
}

async function findAll(targets: readonly WatchTarget[]): Promise<readonly Found[]> {
  const found = await Promise.all(targets.map(nearest));
  return found.filter((each) => each !== undefined);
}

/** The folder itself, or the first of its parents that exists and the name that is missing there. */
async function nearest({ folder, names }: WatchTarget): Promise<Found | undefined> {
  const identity = await identityOf(folder);
  if (identity !== undefined) {
    return { folder, names, identity };
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : nearest({ folder: parent, names: [basename(folder)] });
}

async function identityOf(folder: string): Promise<string | undefined> {
  try {
    // The trailing separator makes a file of this name an error.
    const { dev, ino, birthtimeNs } = await stat(join(folder, '/'), { bigint: true });
    return `${dev}:${ino}:${birthtimeNs}`;
  } catch {
    return undefined;
  }
}

function keyOf({ folder, names, identity }: Found): string {
  return JSON.stringify([folder, names, identity]);
}
