import * as vscode from 'vscode';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { startOfKeys } from '../../../kv/keys/folderKeys';
import { bucketNameProblem } from '../../../kv/model/key';
import type { BucketsView } from '../../../views/buckets/bucketsView';
import {
  connectionNode,
  type BucketNode,
  type ConnectionNode,
  type FolderNode,
  type KeyNode,
} from '../../../views/buckets/rows/nodes';
import { bucketNames } from '../../../views/buckets/connectionRows';
import { inform } from '../../report';
import type { Pin, Pins } from '../../../views/buckets/rows/pins';
import type { Connections } from '../../../kv/session/connections';
import { commandIds, settingIds } from '../../contributions';
import { sentence } from '../quickSteps';
import { toggle } from '../../tree/treeSettings';
import { openKey, openPrefix } from '../buckets/openByName';
import type { CommandsOf } from '../register';
import type { KeyDocuments } from '../../documents/model/keyDocuments';
import { pickSession } from '../target';
import { plainWindow } from '../../../views/shown/plainWindow';

export interface TreeCommandParts {
  readonly connections: Connections;
  readonly view: BucketsView;
  readonly pins: Pins;
  readonly documents: KeyDocuments;
}

/** Commands on how keys are shown, and on what is opened by its name. */
export function treeCommands(parts: TreeCommandParts): CommandsOf<'tree'> {
  const { view, pins } = parts;
  return {
    [commandIds.levelJump]: (node: BucketNode | FolderNode) => jump(view, node),
    [commandIds.levelShowStart]: (node: ConnectionNode | BucketNode | FolderNode) =>
      view.startAt(node, ''),
    [commandIds.bucketsFilter]: (node?: ConnectionNode) => filterBuckets(parts, node),
    [commandIds.bucketOpen]: (node?: ConnectionNode) => openBucket(parts, node),
    [commandIds.prefixOpen]: (node?: ConnectionNode | BucketNode) => openPrefix(parts, node),
    [commandIds.keyOpen]: (node?: ConnectionNode | BucketNode | KeyNode) => openKey(parts, node),
    [commandIds.prefixCopy]: (node: FolderNode) =>
      vscode.env.clipboard.writeText(startOfKeys(node)),
    [commandIds.pinRemove]: (node: BucketNode | FolderNode | KeyNode) =>
      pins.remove(node.session.id, pinOf(node)),
    [commandIds.treeShowFlat]: () => toggle(settingIds.treeFlat, true),
    [commandIds.treeShowFolders]: () => toggle(settingIds.treeFlat, false),
    [commandIds.treeShowDeleted]: () => toggle(settingIds.treeShowDeleted, true),
    [commandIds.treeHideDeleted]: () => toggle(settingIds.treeShowDeleted, false),
  };
}

async function filterBuckets(
  { connections, view }: TreeCommandParts,
  row: ConnectionNode | undefined,
): Promise<void> {
  const hasBuckets = (session: ConnectionSession): boolean => bucketNames(session).length > 0;
  if (!row && !connections.all.some(hasBuckets)) {
    inform(
      vscode.l10n.t('No buckets are listed yet: open a connection in the NATS KV view first.'),
    );
    return;
  }
  const session = await pickSession(connections, row, hasBuckets);
  if (!session) {
    return;
  }
  const node = connectionNode(session);
  const text = await plainWindow.showInputBox({
    title: vscode.l10n.t('Filter Buckets of {0}', session.name),
    prompt: vscode.l10n.t('Text that their names have in them; empty for all'),
    value: view.bucketFilter(node),
  });
  if (text !== undefined) {
    view.filterBuckets(node, text.trim());
    // What the filter lets through is what one wants to see.
    await view.open(node);
  }
}

async function jump(view: BucketsView, node: BucketNode | FolderNode): Promise<void> {
  const letters = await plainWindow.showInputBox({
    title: vscode.l10n.t('Jump in {0}', node.kind === 'bucket' ? node.bucket : node.prefix),
    prompt: vscode.l10n.t('First letters of the name to start at'),
  });
  if (letters !== undefined) {
    view.startAt(node, letters.trim());
  }
}

async function openBucket(
  { connections, pins }: TreeCommandParts,
  node: ConnectionNode | undefined,
): Promise<void> {
  const session = await pickSession(connections, node);
  const bucket = session && (await askBucket(session));
  if (session && bucket) {
    await pins.add(session.id, { bucket });
  }
}

/** A bucket's name, checked as it is typed; whether the bucket exists may not be asked. */
async function askBucket(session: ConnectionSession): Promise<string | undefined> {
  return plainWindow.showInputBox({
    title: vscode.l10n.t('Open Bucket on {0}', session.name),
    prompt: vscode.l10n.t('Name of the bucket'),
    validateInput: (name) => {
      const problem = bucketNameProblem(name);
      return problem && sentence(problem);
    },
  });
}

function pinOf(node: BucketNode | FolderNode | KeyNode): Pin {
  return { bucket: node.bucket, filter: node.kind === 'bucket' ? undefined : node.pin };
}
