import * as vscode from 'vscode';
import type { BucketsView } from '../../../views/buckets/bucketsView';
import type { TreeNode } from '../../../views/buckets/rows/nodes';
import { commandIds, type CommandId } from '../../contributions';
import type { CommandMap } from '../register';
import { focusedRows } from './focusedRows';

type RowCommands = Partial<Record<TreeNode['kind'], CommandId>>;

const rename: RowCommands = {
  connection: commandIds.connectionEdit,
  folder: commandIds.folderRename,
  key: commandIds.keyRename,
};

const remove: RowCommands = {
  connection: commandIds.connectionRemove,
  bucket: commandIds.bucketDelete,
  folder: commandIds.folderDelete,
  key: commandIds.keyDelete,
};

const copy: RowCommands = {
  connection: commandIds.linkCopy,
  bucket: commandIds.bucketCopyName,
  folder: commandIds.prefixCopy,
  key: commandIds.keyCopyName,
};

/** What the keys of the keyboard do in the tree, where they do what they do in the Explorer. */
export function rowKeys({ view }: Pick<BucketsView, 'view'>): CommandMap {
  const run = (commands: RowCommands) => async () => {
    const rows = await focusedRows(view);
    const [first] = rows;
    const command = first && commands[first.kind];
    if (command) {
      await vscode.commands.executeCommand(command, first, rows);
    }
  };
  return {
    [commandIds.rowRename]: run(rename),
    [commandIds.rowDelete]: run(remove),
    [commandIds.rowCopy]: run(copy),
    [commandIds.rowOpenToSide]: run({ key: commandIds.keyOpenToSide }),
  };
}
