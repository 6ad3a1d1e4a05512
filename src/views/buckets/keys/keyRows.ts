import type { KeyFilter } from '../../../kv/find/keyFilter';
import type { KeyScope } from '../../../kv/keys/indexState';
import type { KeyIndex } from '../../../kv/session/keyIndex';
import { parentPath } from '../../../kv/keys/tree/keyPath';
import type { LevelPage, LevelRow } from '../../../kv/keys/tree/keyLevels';
import {
  folderNode,
  keyNode,
  type BucketNode,
  type FolderNode,
  type KeyNode,
  type LevelShape,
} from '../rows/nodes';
import type { TreeOptions } from '../rows/treeOptions';

/** Rows of one level that are shown at first and added by each Load More. */
export const pageSize = 500;
/**
 * Rows of one level while its keys are listed, when it is given anew again and again: more than a screen has.
 * VS Code needs ten times as long for a row as it takes to list a key.
 */
const listingPageSize = 100;
/** How long a level may take to be shown as a whole, before it is shown as it is found, in milliseconds. */
const patienceMs = 400;

/** The part of a level that is in view. */
interface Shown {
  readonly limit: number;
  readonly from?: string | undefined;
}

/** The rows of a level that are in view, and how it goes on. */
export interface KeyLevel {
  readonly rows: readonly (FolderNode | KeyNode)[];
  readonly page: LevelPage;
  readonly shown: Shown;
}

export interface KeyRowsParts {
  readonly options: () => TreeOptions;
  readonly filterOf: (node: BucketNode | FolderNode | KeyNode) => KeyFilter | undefined;
}

/** Owns which part of each level is in view; changes only through its methods. Makes the rows of keys. */
export class KeyRows {
  private readonly shown = new Map<string, Shown>();

  constructor(private readonly parts: KeyRowsParts) {}

  /** The index that the rows at and below this one come from; it is listed again only for rows in view. */
  indexAsItIs(node: BucketNode | FolderNode | KeyNode): KeyIndex | undefined {
    return node.session.index(node.bucket, this.scopeOf(node));
  }

  /** The same in the present shape. */
  index(node: BucketNode | FolderNode | KeyNode): KeyIndex | undefined {
    const index = this.indexAsItIs(node);
    const { slash, showDeleted } = this.parts.options();
    index?.reshape({ slash, deleted: showDeleted });
    return index;
  }

  /** Undefined for all keys of the bucket. */
  scopeOf(node: BucketNode | FolderNode | KeyNode): KeyScope | undefined {
    return scopeOfRow(node, this.parts.filterOf(node));
  }

  /** The rows of a level at once, or after a moment where it is large. */
  level(node: BucketNode | FolderNode, index: KeyIndex): KeyLevel | Promise<KeyLevel> {
    const shown = this.shownOf(node);
    const { flat } = this.parts.options();
    const path = pathOf(node);
    const read = (): LevelPage =>
      flat ? index.levels.flat(path, shown) : index.levels.page(path, shown);
    const toLevel = (page: LevelPage): KeyLevel => {
      return { page, shown, rows: page.rows.flatMap((row) => this.rowsOf(node, index, row)) };
    };
    const page = read();
    const isListing = index.state.current.kind === 'listing';
    if (index.isFilling && shown.limit === pageSize) {
      return toLevel(startOf(page));
    }
    return page.isComplete || isListing
      ? toLevel(page)
      : index.levels.settle(read, patienceMs).then(toLevel);
  }

  /** How the keys of an index are put into folders. */
  shapeOf({ levels }: KeyIndex): LevelShape {
    const { flat, compact } = this.parts.options();
    return {
      separators: levels.separators,
      flat,
      chainOf: (folder, top) => {
        const start = compact ? levels.startOfChain(folder, top) : folder;
        return { start, end: compact ? levels.endOfChain(start) : start };
      },
      separatorOf: (folder) => levels.separatorBelow(folder),
    };
  }

  shownOf(node: BucketNode | FolderNode): Shown {
    return this.shown.get(node.id) ?? { limit: pageSize };
  }

  showMore(node: BucketNode | FolderNode): void {
    const { limit, from } = this.shownOf(node);
    this.shown.set(node.id, { limit: limit + pageSize, from });
  }

  /** Has a level begin with these letters; with its first row when there are none. */
  startAt(node: BucketNode | FolderNode, letters: string): void {
    this.shown.set(node.id, { limit: pageSize, from: letters === '' ? undefined : letters });
  }

  forget(id: string): void {
    this.shown.delete(id);
  }

  /** Has the page of each level above a key begin with what leads to it, where that is not in view. */
  async bringIntoView(
    node: KeyNode,
    index: KeyIndex,
    levels: readonly (BucketNode | FolderNode)[],
  ) {
    for (const level of levels) {
      const { rows } = await this.level(level, index);
      const isThere = rows.some((row) =>
        row.kind === 'key' ? row.key === node.key : isBelow(node.key, row.prefix),
      );
      if (!isThere) {
        const { separators } = index.levels;
        const top = pathOf(level);
        let path = node.key;
        while (!this.parts.options().flat && path !== '' && parentPath(path, separators) !== top) {
          path = parentPath(path, separators);
        }
        this.startAt(level, path.slice(top === '' ? 0 : top.length).replace(/^\./, ''));
      }
    }
  }

  private rowsOf(
    { session, bucket, ...level }: BucketNode | FolderNode,
    index: KeyIndex,
    row: LevelRow,
  ): (FolderNode | KeyNode)[] {
    const pin = level.kind === 'folder' ? level.pin : undefined;
    const rows: (FolderNode | KeyNode)[] = [];
    if (row.below + row.deletedBelow > 0) {
      const { compact } = this.parts.options();
      const end = compact ? index.levels.endOfChain(row.path) : row.path;
      const separator = index.levels.separatorBelow(end);
      rows.push(folderNode(session, bucket, end, { start: row.path, separator, pin }));
    }
    if (row.info) {
      rows.push(keyNode(session, bucket, row.path, pin));
    }
    return rows;
  }
}

function startOf(page: LevelPage): LevelPage {
  const isCut = page.rows.length > listingPageSize;
  return isCut ? { ...page, rows: page.rows.slice(0, listingPageSize), hasMore: true } : page;
}

/** What the keys of a level begin with; `''` for all of a bucket. */
export function pathOf(node: BucketNode | FolderNode): string {
  return node.kind === 'bucket' ? '' : node.prefix;
}

function isBelow(key: string, prefix: string): boolean {
  return key.startsWith(prefix) && /^[./]/.test(key.slice(prefix.length));
}

/**
 * The keys that the row of a key, a folder or a bucket stands among: those of its pin, which no filter
 * hides, or those that the filter of its bucket lets through. Undefined for all of the bucket.
 */
export function scopeOfRow(
  node: BucketNode | FolderNode | KeyNode,
  filter: KeyFilter | undefined,
): KeyScope | undefined {
  if (node.kind !== 'bucket' && node.pin !== undefined) {
    return { id: node.pin, filter: node.pin };
  }
  return filter && scopeOfFilter(filter);
}

/** The keys that a filter lets through. */
export function scopeOfFilter({ kind, text, subjectFilter, matches }: KeyFilter): KeyScope {
  const id = `${kind} ${text}`;
  return subjectFilter === undefined ? { id, matches } : { id, filter: subjectFilter };
}
