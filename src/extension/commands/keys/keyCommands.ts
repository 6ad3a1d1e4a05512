import * as vscode from 'vscode';
import type { DeletedBatch, DeletedEntries } from '../../../kv/operations/deletedEntries';
import { displayText } from '../../../kv/values/displayText';
import type { BucketsView } from '../../../views/buckets/bucketsView';
import type { BucketNode, FolderNode, KeyNode, TreeNode } from '../../../views/buckets/rows/nodes';
import type { Connections } from '../../../kv/session/connections';
import { commandIds, contextKeys } from '../../contributions';
import type { CommandsOf } from '../register';
import type { KeyDocuments } from '../../documents/model/keyDocuments';
import { openKeyEditor } from '../../documents/editors/openKeyEditor';
import { chosenKeys } from '../target';
import { tellDone, undoing } from '../tellDone';
import { copyCode, copyCommand, copyNames, copyUris, copyValues } from './copyCommands';
import { describeRows, keysOfRows, mostKeys, TooManyKeys, type ChosenRows } from './folderRows';
import type { FilterOf } from '../rowIndex';
import { KeyComparison } from './compareKeys';
import type { KeyChoice } from './keyChoice';
import { newKey } from './newKey';
import { deleteKeys, purgeKeys } from './removeKeys';
import { restoreDeletedKeys, restoreRows, undoDelete } from './restoreKeys';
import {
  askAndTransfer,
  transferFolder,
  type TransferKind,
  type TransferParts,
} from './transferCommands';
import { Once } from '../once';
import { inform } from '../../report';

export interface KeyCommandParts {
  readonly connections: Connections;
  readonly view: BucketsView;
  readonly documents: KeyDocuments;
  readonly log: vscode.LogOutputChannel;
  readonly deleted: DeletedEntries;
  readonly moved: TransferParts['moved'];
  readonly plans: TransferParts['plans'];
  /** Keys of a folder that are copied or moved one by one; more are by a plan that is shown first. */
  readonly mostListed?: Readonly<Record<TransferKind['kind'], number>>;
  readonly choice: KeyChoice;
  /** What hides keys of folders in the tree: what is not seen is not touched. */
  readonly filterOf: FilterOf;
}

type KeyCommand = (node?: KeyNode, selection?: readonly TreeNode[]) => Promise<void>;
type RowCommand = (node?: KeyNode | FolderNode, selection?: readonly TreeNode[]) => Promise<void>;

/** What is moved can be undone where it was listed; a copy has nothing to lose by a plan. */
const usuallyListed = { copy: 10_000, move: mostKeys };

/** Commands on keys, and on folders of them. */
export function keyCommands(parts: KeyCommandParts): CommandsOf<'keys'> {
  const { connections, log, deleted, choice } = parts;
  const comparison = new KeyComparison();
  const once = new Once();
  const onKeys = (use: (keys: readonly KeyNode[]) => Promise<void>): KeyCommand => {
    return async (node, selection) => {
      const keys = await choice.keys(node, selection);
      await (keys.length > 0 ? use(keys) : undefined);
    };
  };
  const onRows = (use: (chosen: ChosenRows) => Promise<void>): RowCommand => {
    return async (node, selection) => {
      const rows = await choice.rows(node, selection);
      const chosen = await keysOfRows(rows, parts.filterOf);
      if (rows.length > 0 && !tellEmpty(chosen)) {
        await use(chosen);
      }
    };
  };
  const transfer = (kind: TransferKind): RowCommand => {
    const { [kind.kind]: most } = parts.mostListed ?? usuallyListed;
    return async (node, selection) => {
      const rows = await choice.rows(node, selection);
      const [first] = rows;
      const chosen = await keysOfRows(rows, parts.filterOf, most).catch((error: unknown) => {
        if (error instanceof TooManyKeys && rows.length === 1 && first?.kind === 'folder') {
          return first;
        }
        throw error;
      });
      if ('kind' in chosen) {
        await transferFolder(parts, kind, chosen);
      } else if (rows.length > 0 && !tellEmpty(chosen)) {
        await askAndTransfer(parts, kind, chosen);
      }
    };
  };
  const undo = async (batch?: DeletedBatch): Promise<void> => {
    await undoDelete(connections, log, deleted, batch);
    await showUndo(deleted);
  };
  const remove = onRows(async (chosen) => {
    const { isDone, batch } = await deleteKeys(log, deleted, chosen);
    await showUndo(deleted);
    if (isDone) {
      tellDeleted(chosen, batch, () => undo(batch));
    }
  });
  const purge = onRows(async (chosen) => {
    await purgeKeys(log, deleted, chosen);
    await showUndo(deleted);
  });
  return {
    [commandIds.keyCreate]: (node?: BucketNode | FolderNode) => newKey(parts, node),
    ...onKeysAndFolders('rename', transfer({ kind: 'move', elsewhere: false })),
    ...onKeysAndFolders('move', transfer({ kind: 'move', elsewhere: true })),
    ...onKeysAndFolders('duplicate', transfer({ kind: 'copy', elsewhere: false })),
    ...onKeysAndFolders('copyTo', transfer({ kind: 'copy', elsewhere: true })),
    ...onKeysAndFolders('delete', remove),
    ...onKeysAndFolders('purge', purge),
    [commandIds.keyUndoDelete]: () => undo(),
    [commandIds.keyRestoreDeleted]: (
      node?: BucketNode | KeyNode,
      selection?: readonly TreeNode[],
    ) =>
      node?.kind === 'key'
        ? restoreRows(log, deleted, chosenKeys(node, selection ?? []), once)
        : restoreDeletedKeys(connections, log, deleted, node),
    [commandIds.keyOpenToSide]: onKeys(openToSide),
    [commandIds.keySelectForCompare]: onKeys(onFirst((key) => comparison.select(key))),
    [commandIds.keyCompareWithSelected]: onKeys((keys) => comparison.compare(keys)),
    [commandIds.keyCopyName]: onKeys(copyNames),
    [commandIds.keyCopyValue]: onKeys(copyValues),
    [commandIds.keyCopyUri]: onKeys(copyUris),
    [commandIds.keyCopyCommand]: onKeys(onFirst(copyCommand)),
    [commandIds.keyCopyCode]: onKeys(onFirst(copyCode)),
  };
}

/** What could not be kept is not there to be undone. */
function tellDeleted(chosen: ChosenRows, batch: DeletedBatch, undo: () => unknown): void {
  const message = vscode.l10n.t('Deleted {0}.', displayText(describeRows(chosen)));
  tellDone(message, ...(batch.length > 0 ? [undoing(undo)] : []));
}

/** Says so where a folder has no key. */
function tellEmpty({ folder, keys }: ChosenRows): boolean {
  const isEmpty = folder !== undefined && keys.length === 0;
  if (isEmpty) {
    inform(vscode.l10n.t('There is no key in {0}.', folder.pattern));
  }
  return isEmpty;
}

function onFirst(use: (key: KeyNode) => Promise<void>) {
  return async ([first]: readonly KeyNode[]): Promise<void> => {
    await (first && use(first));
  };
}

/** The same for keys and folders, whose menus call it by other names. */
function onKeysAndFolders<Verb extends string>(
  verb: Verb,
  run: RowCommand,
): Record<`natsKv.${'key' | 'folder'}.${Verb}`, RowCommand> {
  const both = { [`natsKv.key.${verb}`]: run, [`natsKv.folder.${verb}`]: run };
  return both as ReturnType<typeof onKeysAndFolders<Verb>>;
}

/** Beside the active editor, each key in its own. */
async function openToSide(keys: readonly KeyNode[]): Promise<void> {
  for (const { session, bucket, key } of keys) {
    await openKeyEditor(session, bucket, key, vscode.ViewColumn.Beside);
  }
}

async function showUndo(deleted: DeletedEntries): Promise<void> {
  await vscode.commands.executeCommand('setContext', contextKeys.canUndoDelete, !deleted.isEmpty);
}
