import * as vscode from 'vscode';
import type { DeletedEntries } from '../../../kv/operations/deletedEntries';
import type { BucketsView } from '../../../views/buckets/bucketsView';
import type { BucketNode, FolderNode, KeyNode, TreeNode } from '../../../views/buckets/rows/nodes';
import type { Connections } from '../../../kv/session/connections';
import { commandIds, contextKeys } from '../../contributions';
import type { CommandMap } from '../register';
import { chosenKeys } from '../target';
import { copyCode, copyCommand, copyNames, copyUris, copyValues } from './copyCommands';
import { chosenRows, keysOfRows, type ChosenRows, type FilterOf } from './folderRows';
import type { KeyFocus } from './keyFocus';
import { newKey } from './newKey';
import { deleteKeys, purgeKeys } from './removeKeys';
import { restoreDeletedKeys, restoreRows, undoDelete } from './restoreKeys';
import { askAndTransfer, type TransferKind } from './transferCommands';
import { plainWindow } from '../../../views/shown/plainWindow';

export interface KeyCommandParts {
  readonly connections: Connections;
  readonly view: BucketsView;
  readonly log: vscode.LogOutputChannel;
  readonly deleted: DeletedEntries;
  readonly focus: KeyFocus;
  /** What hides keys of folders in the tree: what is not seen is not touched. */
  readonly filterOf: FilterOf;
}

type KeyCommand = (node?: KeyNode, selection?: readonly TreeNode[]) => Promise<void>;
type RowCommand = (node?: KeyNode | FolderNode, selection?: readonly TreeNode[]) => Promise<void>;

/** Commands on keys. Without a row they are about the keys that were turned to last. */
export function keyCommands(parts: KeyCommandParts): CommandMap {
  const { connections, view, log, deleted } = parts;
  const onKeys = (use: (keys: readonly KeyNode[]) => Promise<void>): KeyCommand => {
    return (node, selection) => {
      const chosen = chosenKeys(node, selection ?? []);
      return use(chosen.length > 0 ? chosen : parts.focus.keys);
    };
  };
  const onRows = (use: (chosen: ChosenRows) => Promise<void>): RowCommand => {
    return async (node, selection) => {
      const rows = chosenRows(node, selection ?? []);
      const chosen = await keysOfRows(rows.length > 0 ? rows : parts.focus.keys, parts.filterOf);
      if (chosen.folder && chosen.keys.length === 0) {
        tellEmpty(chosen.folder.pattern);
      } else {
        await use(chosen);
      }
    };
  };
  const transfer = (kind: TransferKind): RowCommand =>
    onRows((chosen) => askAndTransfer(parts, kind, chosen));
  return {
    [commandIds.keyCreate]: (node?: BucketNode | FolderNode) =>
      newKey(connections, view, log, node),
    [commandIds.keyRename]: transfer({ kind: 'move', elsewhere: false }),
    [commandIds.keyMove]: transfer({ kind: 'move', elsewhere: true }),
    [commandIds.keyDuplicate]: transfer({ kind: 'copy', elsewhere: false }),
    [commandIds.keyCopyTo]: transfer({ kind: 'copy', elsewhere: true }),
    [commandIds.keyDelete]: onRows(async (chosen) => {
      await deleteKeys(log, deleted, chosen);
      await showUndo(deleted);
    }),
    [commandIds.keyPurge]: onRows(async (chosen) => {
      await purgeKeys(log, deleted, chosen);
      await showUndo(deleted);
    }),
    [commandIds.keyUndoDelete]: async () => {
      await undoDelete(connections, log, deleted);
      await showUndo(deleted);
    },
    [commandIds.keyRestoreDeleted]: (
      node?: BucketNode | KeyNode,
      selection?: readonly TreeNode[],
    ) =>
      node?.kind === 'key'
        ? restoreRows(log, deleted, chosenKeys(node, selection ?? []))
        : restoreDeletedKeys(connections, log, deleted, node),
    [commandIds.keyCopyName]: onKeys(copyNames),
    [commandIds.keyCopyValue]: onKeys(copyValues),
    [commandIds.keyCopyUri]: onKeys(copyUris),
    [commandIds.keyCopyCommand]: onKeys(onFirst(copyCommand)),
    [commandIds.keyCopyCode]: onKeys(onFirst(copyCode)),
  };
}

function tellEmpty(folder: string): void {
  void plainWindow.showInformationMessage(vscode.l10n.t('There is no key in {0}.', folder));
}

function onFirst(use: (key: KeyNode) => Promise<void>) {
  return async ([first]: readonly KeyNode[]): Promise<void> => {
    if (first) {
      await use(first);
    } else {
      void plainWindow.showInformationMessage(
        vscode.l10n.t('Select a key in the NATS KV view or open one first.'),
      );
    }
  };
}

async function showUndo(deleted: DeletedEntries): Promise<void> {
  await vscode.commands.executeCommand('setContext', contextKeys.canUndoDelete, !deleted.isEmpty);
}
