import type { BatchChange } from '../model/batch';
import { isLive, type Entry } from '../model/entry';
import { ownHeaders } from '../model/headers';
import { keyProblem } from '../model/key';
import type { JsonPlace } from '../values/jsonDiff';
import { editValue, type EditProblem } from './editValue';
import type { TableRow } from './keyTable';
import type { CopyName } from './copyName';

/** What is typed into one column of a row. */
export interface TypedCell {
  /** The id of the column. */
  readonly column: string;
  readonly path: JsonPlace;
  readonly typed: string;
}

/** What becomes of one key of a table that is changed in several rows. */
export interface TableChange {
  readonly change: BatchChange;
  /** What was shown of the key: only that is replaced. Undefined for a key that is new. */
  readonly before: Entry | undefined;
  /** What was typed into it; none where it is deleted or new. */
  readonly cells: readonly TypedCell[];
}

/**
 * Why a row is left as it is, beside what is wrong with what was typed. `gone`: it has no value any
 * more. `unread`: its value could not be read. `unchanged`: it says so already. `exists`: the new key is
 * there. `twice`: another row gets the same new key. `badKey`: it can be none.
 */
export type LeftWhy =
  EditProblem | 'gone' | 'unread' | 'unchanged' | 'exists' | 'twice' | 'badKey' | 'notEditable';

interface LeftRow {
  readonly key: string;
  readonly why: LeftWhy;
}

/** What is to be done with several rows, and which of them are left alone. In the order of the rows. */
export interface TableChanges {
  readonly changes: readonly TableChange[];
  readonly left: readonly LeftRow[];
}

type Found = { readonly change: TableChange } | { readonly why: LeftWhy };

/**
 * Puts what was typed into cells of rows; a row that cannot take all of it is left as a whole. Every
 * other byte of the values stays as it is, as do headers and TTLs.
 */
export function changesOfCells(
  rows: readonly TableRow[],
  cellsOf: (row: TableRow, at: number) => readonly TypedCell[],
): TableChanges {
  return gathered(rows, (row, at) => {
    const entry = seenIn(row);
    return typeof entry === 'string' ? { why: entry } : edited(entry, cellsOf(row, at));
  });
}

/** Deletes the keys of rows, each with a marker over the revision that was shown, which can be put back. */
export function deletionsOf(rows: readonly TableRow[]): TableChanges {
  return gathered(rows, (row) => {
    const before = seenIn(row);
    if (typeof before === 'string') {
      return { why: before };
    }
    const { key, revision: expected } = before;
    return { change: { change: { kind: 'delete', key, expected }, before, cells: [] } };
  });
}

/**
 * Copies the values of rows, with headers and TTLs, to keys that are new. `stored` tells the last
 * message of a new key, a marker where there is one.
 */
export function copiesOf(
  rows: readonly TableRow[],
  nameOf: CopyName,
  stored: (key: string) => Entry | undefined,
): TableChanges {
  const taken = new Set<string>();
  return gathered(rows, (row) => {
    const entry = seenIn(row);
    if (typeof entry === 'string') {
      return { why: entry };
    }
    const key = nameOf(row.key);
    const there = stored(key);
    const problem = whyNoCopy(key, there, taken);
    if (problem) {
      return { why: problem };
    }
    taken.add(key);
    const expected = there?.revision ?? 0;
    const change = { kind: 'put', key, value: entry.value, expected, ...kept(entry) } as const;
    return { change: { change, before: undefined, cells: [] } };
  });
}

/** What a row has, as it was read, or why it has nothing. */
function seenIn({ info, entry }: TableRow): Entry | 'gone' | 'unread' {
  if (!info || (entry && !isLive(entry))) {
    return 'gone';
  }
  return entry ?? 'unread';
}

function whyNoCopy(
  key: string,
  there: Entry | undefined,
  taken: ReadonlySet<string>,
): LeftWhy | undefined {
  if (keyProblem(key)) {
    return 'badKey';
  }
  if (there && isLive(there)) {
    return 'exists';
  }
  return taken.has(key) ? 'twice' : undefined;
}

function edited(before: Entry, cells: readonly TypedCell[]): Found {
  let value = before.value;
  for (const { path, typed } of cells) {
    const result = editValue(value, path, typed);
    if (result.kind === 'problem') {
      return { why: result.why };
    }
    value = result.kind === 'edited' ? result.bytes : value;
  }
  if (value === before.value) {
    return { why: cells.length === 0 ? 'notEditable' : 'unchanged' };
  }
  const { key, revision: expected } = before;
  const change = { kind: 'put', key, value, expected, ...kept(before) } as const;
  return { change: { change, before, cells } };
}

function kept(entry: Entry): Pick<BatchChange & { kind: 'put' }, 'headers' | 'ttl'> {
  const headers = ownHeaders(entry);
  return {
    ...(headers.length > 0 && { headers }),
    ...(entry.ttl !== undefined && { ttl: entry.ttl }),
  };
}

function gathered(
  rows: readonly TableRow[],
  find: (row: TableRow, at: number) => Found,
): TableChanges {
  const changes: TableChange[] = [];
  const left: LeftRow[] = [];
  rows.forEach((row, at) => {
    const found = find(row, at);
    if ('why' in found) {
      left.push({ key: row.key, why: found.why });
    } else {
      changes.push(found.change);
    }
  });
  return { changes, left };
}
