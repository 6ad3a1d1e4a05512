import * as vscode from 'vscode';
import type { DeletedEntries } from '../../../kv/deletedEntries';
import type { BucketsView } from '../../../views/bucketsView';
import type { BucketNode, FolderNode, KeyNode, TreeNode } from '../../../views/nodes';
import type { Connections } from '../../connections/connections';
import { commandIds, contextKeys } from '../../contributions';
import { runSteps, askText } from '../../quickSteps';
import { openKeyEditor } from '../openKeyEditor';
import type { CommandMap } from '../register';
import { chosenKeys, pickBucket } from '../target';
import { copyCode, copyCommand, copyNames, copyUris, copyValues } from './copyCommands';
import type { KeyFocus } from './keyFocus';
import { keyStep } from './keyStep';
import { newKey } from './newKey';
import { deleteKeys, purgeKeys } from './removeKeys';
import { restoreDeletedKeys, restoreRows, undoDelete } from './restoreKeys';
import { askAndTransfer, type TransferKind } from './transferCommands';

export interface KeyCommandParts {
  readonly connections: Connections;
  readonly view: BucketsView;
  readonly log: vscode.LogOutputChannel;
  readonly deleted: DeletedEntries;
  readonly focus: KeyFocus;
}

type KeyCommand = (node?: KeyNode, selection?: readonly TreeNode[]) => Promise<void>;

/** Commands on keys. Without a row they are about the keys that were turned to last. */
export function keyCommands(parts: KeyCommandParts): CommandMap {
  const { connections, view, log, deleted } = parts;
  const onKeys = (use: (keys: readonly KeyNode[]) => Promise<void>): KeyCommand => {
    return (node, selection) => {
      const chosen = chosenKeys(node, selection ?? []);
      return use(chosen.length > 0 ? chosen : parts.focus.keys);
    };
  };
  const transfer = (kind: TransferKind): KeyCommand =>
    onKeys((keys) => askAndTransfer(parts, kind, keys));
  return {
    [commandIds.keyCreate]: (node?: BucketNode | FolderNode) =>
      newKey(connections, view, log, node),
    [commandIds.keyOpen]: (node?: KeyNode) => open(connections, node),
    [commandIds.keyRename]: transfer({ kind: 'move', elsewhere: false }),
    [commandIds.keyMove]: transfer({ kind: 'move', elsewhere: true }),
    [commandIds.keyDuplicate]: transfer({ kind: 'copy', elsewhere: false }),
    [commandIds.keyCopyTo]: transfer({ kind: 'copy', elsewhere: true }),
    [commandIds.keyDelete]: onKeys(async (keys) => {
      await deleteKeys(log, deleted, keys);
      await showUndo(deleted);
    }),
    [commandIds.keyPurge]: onKeys(async (keys) => {
      await purgeKeys(log, deleted, keys);
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

function onFirst(use: (key: KeyNode) => Promise<void>) {
  return async ([first]: readonly KeyNode[]): Promise<void> => {
    if (first) {
      await use(first);
    } else {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Select a key in the NATS KV view or open one first.'),
      );
    }
  };
}

async function showUndo(deleted: DeletedEntries): Promise<void> {
  await vscode.commands.executeCommand('setContext', contextKeys.canUndoDelete, !deleted.isEmpty);
}

async function open(connections: Connections, node: KeyNode | undefined): Promise<void> {
  if (node) {
    await openKeyEditor(node.session, node.bucket, node.key);
    return;
  }
  const target = await pickBucket(connections, undefined);
  const key = target && (await askKey(vscode.l10n.t('Open Key of {0}', target.bucket)));
  if (target && key) {
    await openKeyEditor(target.session, target.bucket, key);
  }
}

async function askKey(title: string): Promise<string | undefined> {
  return (await runSteps<[string]>(title, [(place) => askText(place, keyStep(''))]))?.[0];
}
