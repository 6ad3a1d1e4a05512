import * as vscode from 'vscode';
import type { BucketsView } from '../../views/bucketsView';
import type { BucketNode, FolderNode, KeyNode, TreeNode } from '../../views/nodes';
import type { Connections } from '../connections/connections';
import { commandIds } from '../contributions';
import { runSteps, askText } from '../quickSteps';
import { deleteKeys } from './deleteKeys';
import { keyStep } from './keyStep';
import { newKey } from './newKey';
import { openKeyEditor } from './openKeyEditor';
import type { CommandMap } from './register';
import { chosenKeys, pickBucket } from './target';

/** Commands on keys. */
export function keyCommands(
  connections: Connections,
  view: BucketsView,
  log: vscode.LogOutputChannel,
): CommandMap {
  return {
    [commandIds.keyCreate]: (node?: BucketNode | FolderNode) =>
      newKey(connections, view, log, node),
    [commandIds.keyOpen]: (node?: KeyNode) => open(connections, node),
    [commandIds.keyDelete]: (node?: KeyNode, selection?: readonly TreeNode[]) =>
      deleteKeys(log, chosenKeys(node, selection ?? view.view.selection)),
    [commandIds.keyCopyName]: (node?: KeyNode, selection?: readonly TreeNode[]) =>
      vscode.env.clipboard.writeText(
        chosenKeys(node, selection ?? view.view.selection)
          .map(({ key }) => key)
          .join('\n'),
      ),
  };
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
