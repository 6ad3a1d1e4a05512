import { naturalOrder } from '../base/naturalOrder';

/** A row of one level of sorted keys: a key, or all keys that share a prefix. */
export interface SortedRow {
  readonly kind: 'key' | 'folder';
  /** The key, or what the keys of a folder begin with, their separator included. */
  readonly path: string;
  /** What is new in the path since the level above. */
  readonly name: string;
  /** Where its keys are among all: from `start` up to `end`. */
  readonly start: number;
  readonly end: number;
}

/** A larger level stays in the order of the keys. */
const mostOrdered = 5_000;

/**
 * The rows below a prefix of keys that are sorted by code units, each once: it leaps from row to row,
 * whatever is in them. `separators`: the characters that part keys into folders.
 */
export function sortedLevel(
  keys: readonly string[],
  { path, start, end }: Pick<SortedRow, 'path' | 'start' | 'end'>,
  separators = '.',
): SortedRow[] {
  const rows: SortedRow[] = [];
  for (let at = start; at < end;) {
    const key = keys[at] ?? '';
    const cut = separatorIn(key, path.length, separators);
    if (cut < 0) {
      rows.push({ kind: 'key', path: key, name: key.slice(path.length), start: at, end: at + 1 });
      at++;
    } else {
      const prefix = key.slice(0, cut + 1);
      const next = endOf(keys, prefix, at, end);
      const name = key.slice(path.length, key[cut] === '.' ? cut : cut + 1);
      rows.push({ kind: 'folder', path: prefix, name, start: at, end: next });
      at = next;
    }
  }
  const order = naturalOrder();
  return rows.length > mostOrdered ? rows : rows.sort((a, b) => order(a.name, b.name));
}

/** Where the first separator is that leaves something before and after it. */
function separatorIn(key: string, from: number, separators: string): number {
  for (let at = from + 1; at < key.length - 1; at++) {
    if (separators.includes(key[at] ?? '')) {
      return at;
    }
  }
  return -1;
}

/** The place behind the last key with a prefix, from one on that has it. */
function endOf(keys: readonly string[], prefix: string, from: number, end: number): number {
  let [low, high] = [from + 1, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]?.startsWith(prefix)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
