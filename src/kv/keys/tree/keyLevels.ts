import { setImmediate } from 'node:timers/promises';
import type { KeyInfo } from '../../model/entry';
import type { FolderSeparator } from '../folderKeys';
import { naturalOrder } from '../../base/naturalOrder';
import { joinPath, parentPath, type Separators } from './keyPath';
import type { KeyTrees } from './keyTrees';
import type { LevelRange } from './treeLevel';

/** A token below a path: a folder when there are keys below it, a key when one ends there, or both. */
export interface LevelRow {
  readonly path: string;
  /** Live keys below. */
  readonly below: number;
  /** Deleted keys below, where they are kept. */
  readonly deletedBelow: number;
  /** The last message of the key that ends there. */
  readonly info: KeyInfo | undefined;
}

/** The wanted rows of a level that have been found so far, in their order. */
export interface LevelPage {
  readonly rows: readonly LevelRow[];
  /** Rows of the whole level. */
  readonly total: number;
  /** Whether there are rows after these. */
  readonly hasMore: boolean;
  /** Whether all of the level has been looked at: until then rows may still come between. */
  readonly isComplete: boolean;
}

/** How long one turn of the event loop may look through a level, in milliseconds. */
const sliceMs = 8;
/** Tokens that are looked at to tell what parts them. */
const someTokens = 32;

/**
 * Reads the levels of a bucket's keys a page at a time, in turns of a few milliseconds however many
 * keys there are. Levels that were read are kept in order while keys come and go, until `close`.
 */
export class KeyLevels {
  private readonly natural = naturalOrder();

  /** `now` is the clock of how long a turn takes, in milliseconds. */
  constructor(
    private readonly trees: () => KeyTrees,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get separators(): Separators {
    return this.trees().shape;
  }

  /** How many rows there are below a path. */
  total(path: string): number {
    return Math.max(...this.trees().all.map((tree) => tree.childCount(path)));
  }

  /** Deleted keys below a path; 0 where they are not kept. */
  countDeleted(path: string): number {
    return this.trees().countDeleted(path);
  }

  /** The rows below a path, as far as they are found in one turn. */
  page(path: string, range: LevelRange): LevelPage {
    return this.read(path, range, this.untilOver());
  }

  /** All keys below a path in the order of the levels, each as a row of its own. */
  flat(path: string, range: LevelRange): LevelPage {
    const found: LevelRow[] = [];
    const isComplete = this.walk(path, range, found, this.untilOver());
    const rows = found.slice(0, range.limit);
    const trees = this.trees();
    const total = trees.present.count(path) + trees.countDeleted(path);
    return { rows, total, hasMore: found.length > rows.length, isComplete };
  }

  /** Reads in as many turns as it takes, for `forMs` at most. */
  async settle(read: () => LevelPage, forMs: number): Promise<LevelPage> {
    const end = this.now() + forMs;
    let page = read();
    while (!page.isComplete && this.now() < end) {
      await setImmediate();
      page = read();
    }
    return page;
  }

  /** Ends what is kept of one level, or of all. */
  close(path?: string): void {
    this.trees().all.forEach((tree) => tree.closeLevels(path));
  }

  /** Where a chain of folders ends that have nothing but one folder each: the path itself mostly. */
  endOfChain(path: string): string {
    for (let end = path; ;) {
      const next = this.onlyFolder(end);
      if (next === undefined) {
        return end;
      }
      end = next;
    }
  }

  /** Where the chain begins that a folder is part of, below `top`: the way back of `endOfChain`. */
  startOfChain(path: string, top: string): string {
    for (let start = path; ;) {
      const above = parentPath(start, this.separators);
      if (above === top || above === '' || this.onlyFolder(above) !== start) {
        return start;
      }
      start = above;
    }
  }

  /** What the keys below a path go on with, see `FolderSeparator`: a few of them are looked at. */
  separatorBelow(path: string): FolderSeparator {
    if (!this.separators.slash) {
      return '.';
    }
    const levels = this.trees().all.map((tree) => tree.someTokens(path, someTokens));
    const tokens = levels.flat();
    const slashes = tokens.filter((token) => token.startsWith('/')).length;
    const isAll = levels.every(({ length }) => length < someTokens);
    return slashes === tokens.length ? '/' : slashes === 0 && isAll ? '.' : 'mixed';
  }

  private onlyFolder(path: string): string | undefined {
    const trees = this.trees();
    const parents = trees.all.filter((tree) => tree.count(path) > 0);
    const tokens = new Set(parents.flatMap((tree) => tree.someTokens(path, 2)));
    const [token] = tokens;
    if (tokens.size !== 1 || token === undefined) {
      return undefined;
    }
    const next = joinPath(path, token, this.separators);
    return trees.get(next) ? undefined : next;
  }

  private read(path: string, range: LevelRange, isOver: () => boolean): LevelPage {
    const trees = this.trees();
    const tokens = new Set<string>();
    let [total, isComplete, kinds] = [0, true, 0];
    for (const tree of trees.all) {
      const level = tree.openLevel(path);
      if (level) {
        level.want(range);
        level.work(isOver);
        level.children().forEach((node) => tokens.add(tree.token(node)));
        total = Math.max(total, level.total);
        isComplete &&= level.isComplete;
        kinds++;
      }
    }
    const ordered = kinds > 1 ? [...tokens].sort(this.natural) : [...tokens];
    const rows = ordered.slice(0, range.limit).map((token) => this.row(path, token));
    const hasMore = rows.length >= range.limit && (range.from !== undefined || total > rows.length);
    return { rows, total: Math.max(total, rows.length), hasMore, isComplete };
  }

  private row(above: string, token: string): LevelRow {
    const trees = this.trees();
    const path = joinPath(above, token, this.separators);
    const below = trees.present.count(path);
    return { path, below, deletedBelow: trees.countDeleted(path), info: trees.get(path) };
  }

  /** Puts keys into `found` until there is one more than wanted; false when the time was over first. */
  private walk(path: string, range: LevelRange, found: LevelRow[], isOver: () => boolean): boolean {
    const page = this.read(path, range, isOver);
    for (const row of page.rows) {
      if (found.length > range.limit) {
        return true;
      }
      if (row.info) {
        found.push({ ...row, below: 0, deletedBelow: 0 });
      }
      const isFolder = row.below + row.deletedBelow > 0;
      if (isFolder && !this.walk(row.path, { limit: range.limit + 1 }, found, isOver)) {
        return false;
      }
    }
    return page.isComplete;
  }

  private untilOver(): () => boolean {
    const end = this.now() + sliceMs;
    return () => this.now() >= end;
  }
}
