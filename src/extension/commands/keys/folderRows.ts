import * as vscode from 'vscode';
import { isLive } from '../../../kv/model/entry';
import { KvError } from '../../../kv/model/errors';
import { folderKeys, folderPattern, startOfKeys } from '../../../kv/keys/folderKeys';
import { formatCount } from '../../../views/format/format';
import {
  keyNode,
  type FolderNode,
  type KeyNode,
  type TreeNode,
} from '../../../views/buckets/rows/nodes';
import { withKeyProgress } from './runOnKeys';
import { indexOfRow, type FilterOf } from '../rowIndex';

/** A key that a command is about, with the revision that was listed for it, if it was for that. */
export interface ChosenKey extends KeyNode {
  readonly seen?: number;
}

/** What rows stand for: their keys, and how a folder is called where they are just one. */
export interface ChosenRows {
  readonly keys: readonly ChosenKey[];
  readonly folder?: FolderName | undefined;
}

/** A folder as messages call it, and what its keys begin with. */
interface FolderName {
  readonly pattern: string;
  readonly start: string;
}

/** Names of keys take memory: a folder with more of them is not listed as a whole. */
export const mostKeys = 100_000;

/** Thrown for a folder that has too many keys to be listed. */
export class TooManyKeys extends KvError {}

type Row = KeyNode | FolderNode;

/** The rows that a command is about: the selection when the row is part of it, else the row. */
export function chosenRows(node: Row | undefined, selection: readonly TreeNode[]): Row[] {
  const rows = selection.filter((each) => each.kind === 'key' || each.kind === 'folder');
  return node && !rows.some(({ id }) => id === node.id) ? [node] : rows;
}

/**
 * The keys of rows. Those of folders are what the server has now, as far as a filter of the tree lets
 * them through: what the tree has read may be a part of it. Throws `TooManyKeys` for one with more than `most`.
 */
export async function keysOfRows(
  rows: readonly Row[],
  filterOf: FilterOf,
  most = mostKeys,
): Promise<ChosenRows> {
  const found = new Map<string, ChosenKey>();
  for (const row of rows) {
    for (const key of row.kind === 'key'
      ? [seenIn(row, filterOf)]
      : await listFolder(row, filterOf, most)) {
      const name = `${key.session.id}/${key.bucket}/${key.key}`;
      found.set(name, { ...found.get(name), ...key });
    }
  }
  const [first] = rows;
  const keys = [...found.values()];
  return rows.length === 1 && first?.kind === 'folder'
    ? { keys, folder: folderName(first) }
    : { keys };
}

/** How the rows are called in titles: the key, the folder with the number of its keys, or a number. */
export function describeRows({ keys, folder }: ChosenRows): string {
  const [first] = keys;
  if (first && keys.length === 1 && !folder) {
    return first.key;
  }
  const count =
    keys.length === 1
      ? vscode.l10n.t('1 key')
      : vscode.l10n.t('{0} keys', formatCount(keys.length));
  return folder ? vscode.l10n.t('{0} ({1})', folder.pattern, count) : count;
}

/** A row of the tree with the revision that it shows. */
function seenIn(row: KeyNode, filterOf: FilterOf): ChosenKey {
  const seen = indexOfRow(row, filterOf)?.get(row.key)?.revision;
  return seen === undefined ? row : { ...row, seen };
}

export function folderName(folder: FolderNode): FolderName {
  const start = folder.separator === 'mixed' ? folder.prefix : startOfKeys(folder);
  return { pattern: folderPattern(folder), start };
}

async function listFolder(
  folder: FolderNode,
  filterOf: FilterOf,
  most: number,
): Promise<ChosenKey[]> {
  const { session, bucket, pin, prefix } = folder;
  const { filter, matches } = folderKeys(folder);
  // A pin shows its keys whatever the filter of its bucket is.
  const shown = pin === undefined ? filterOf({ connectionId: session.id, bucket }) : undefined;
  const title = vscode.l10n.t('Listing {0}', folderPattern(folder));
  const expected = indexOfRow(folder, filterOf)?.count(prefix) ?? 0;
  return withKeyProgress(title, expected, async (progress, signal) => {
    const keys = new Map<string, ChosenKey>();
    const connection = await session.connect();
    for await (const batch of connection.list(bucket, { filter, signal })) {
      for (const info of batch) {
        const { key, revision } = info;
        keys.delete(key);
        if (isLive(info) && (matches?.(key) ?? true) && (shown?.matches(key) ?? true)) {
          keys.set(key, { ...keyNode(session, bucket, key), seen: revision });
        }
      }
      progress.report({ message: formatCount(keys.size) });
      if (keys.size > most) {
        throw tooMany(folder, most);
      }
    }
    return [...keys.values()];
  });
}

function tooMany(folder: FolderNode, most: number): TooManyKeys {
  const reason = vscode.l10n.t(
    '{0} has more than {1} keys; choose smaller folders',
    folderPattern(folder),
    formatCount(most),
  );
  return new TooManyKeys('unsupported', reason);
}
