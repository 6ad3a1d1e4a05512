import * as vscode from 'vscode';
import { formatCount } from '../../../views/format/format';
import type { FolderNode, KeyNode, TreeNode } from '../../../views/buckets/rows/nodes';
import { commandIds } from '../../contributions';
import { inform } from '../../report';
import { foundKeys, type FoundRows } from '../find/foundKeys';
import type { KeyChoice } from '../keys/keyChoice';
import type { BucketPlace } from '../keys/transferKeys';
import type { CommandsOf } from '../register';
import type { FilterOf } from '../rowIndex';
import { pickBucket } from '../target';
import { keysOfRows } from '../keys/folderRows';
import type { NamedScope } from './exportKeys';
import { folderScope } from './folderScope';
import type { ImportParts } from './importKeys';

export interface TransferCommandParts extends ImportParts {
  /** The row of the tree that a command without one is about. */
  readonly selected: () => TreeNode | undefined;
  readonly choice: KeyChoice;
  readonly filterOf: FilterOf;
  readonly found: FoundRows;
}

/** Commands that move keys out of buckets, into them and between them. */
export function transferCommands(parts: TransferCommandParts): CommandsOf<'transfer'> {
  const on = (act: (place: BucketPlace) => Promise<void>) => async (node?: TreeNode) => {
    const place = await pickBucket(parts.connections, node ?? parts.selected());
    if (place) {
      await act(place);
    }
  };
  return {
    [commandIds.bucketExport]: on(async (place) => exportScope(wholeOf(parts, place))),
    [commandIds.keyExport]: async (
      node?: KeyNode | FolderNode,
      selection?: readonly TreeNode[],
    ) => {
      const what = await scopeOfRows(parts, await parts.choice.rows(node, selection));
      await (what && exportScope(what));
    },
    [commandIds.findExport]: async () => {
      const found = foundKeys(parts.found);
      await (found && exportScope(keyScope(found, found.keys)));
    },
    [commandIds.bucketImport]: on(async (place) =>
      (await import('./importKeys')).importKeys(parts, place),
    ),
    [commandIds.bucketVerify]: on(async (place) =>
      (await import('./importKeys')).verifyKeys(parts, place),
    ),
    [commandIds.bucketCopyTo]: on(async (place) =>
      (await import('./importKeys')).copyKeys(parts, wholeOf(parts, place)),
    ),
    [commandIds.importResume]: async () => (await import('./importKeys')).resumeImport(parts),
  };
}

async function exportScope(what: NamedScope): Promise<void> {
  await (await import('./exportKeys')).exportKeys(what);
}

/** A bucket as far as its filter in the tree lets it be seen. */
function wholeOf({ filterOf }: TransferCommandParts, place: BucketPlace): NamedScope {
  const { session, bucket } = place;
  const shown = filterOf({ connectionId: session.id, bucket });
  return {
    ...place,
    scope: shown ? { matches: (key) => shown.matches(key) } : {},
    name: shown ? vscode.l10n.t('{0} (filtered)', bucket) : bucket,
  };
}

/** One folder as what the server can be asked for; several rows as their keys. */
async function scopeOfRows(
  { filterOf }: TransferCommandParts,
  rows: readonly (KeyNode | FolderNode)[],
): Promise<NamedScope | undefined> {
  const [first] = rows;
  if (!first) {
    return undefined;
  }
  const { session, bucket } = first;
  if (rows.some((row) => row.session !== session || row.bucket !== bucket)) {
    inform(vscode.l10n.t('Select keys of one bucket in the NATS KV view first.'));
    return undefined;
  }
  if (rows.length === 1 && first.kind === 'folder') {
    return folderScope(first, filterOf);
  }
  const { keys } = await keysOfRows(rows, filterOf);
  return keyScope(
    { session, bucket },
    keys.map(({ key }) => key),
  );
}

function keyScope({ session, bucket }: BucketPlace, keys: readonly string[]): NamedScope {
  const [only = ''] = keys;
  const name = keys.length === 1 ? only : vscode.l10n.t('{0} keys', formatCount(keys.length));
  return { session, bucket, scope: { keys }, name, count: keys.length };
}
