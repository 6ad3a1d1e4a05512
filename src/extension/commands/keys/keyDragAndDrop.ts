import * as vscode from 'vscode';
import { folderPattern, startOfKeys } from '../../../kv/keys/folderKeys';
import type { KeyIndex } from '../../../kv/session/keyIndex';
import {
  folderNode,
  keyNode,
  type FolderNode,
  type KeyNode,
  type TreeNode,
} from '../../../views/buckets/rows/nodes';
import { formatCount } from '../../../views/format/format';
import type { PlanDocuments } from '../../plans/planDocuments';
import type { Connections } from '../../../kv/session/connections';
import { keyScheme, viewIds } from '../../contributions';
import type { KeyAddress } from '../../../kv/model/keyAddress';
import { keyUri, parseKeyUri } from '../../documents/address/keyUri';
import { environmentTitle } from '../environmentTitle';
import { reportFailure } from '../target';
import type { BucketPlace } from './transferKeys';
import { commonPrefix, renamed } from './transferNames';
import { indexOfRow, type FilterOf } from '../rowIndex';
import { plainWindow } from '../../../views/shown/plainWindow';

const treeType = `application/vnd.code.tree.${viewIds.buckets.toLowerCase()}`;
const uriListType = 'text/uri-list';
const textType = 'text/plain';

const usuallyDragged = 10_000;

/**
 * Drag and drop of the Buckets view: keys and folders onto a bucket or folder copy them there, files
 * are put, and a key that is dragged out is its URI or, where text is wanted, its name.
 */
export class KeyDragAndDrop implements vscode.TreeDragAndDropController<TreeNode> {
  readonly dropMimeTypes = [treeType, uriListType];
  readonly dragMimeTypes = [treeType, uriListType, textType];

  constructor(private readonly parts: DragParts) {}

  handleDrag(source: readonly TreeNode[], transfer: vscode.DataTransfer): void {
    const { filterOf, mostDragged = usuallyDragged } = this.parts;
    const keys = draggedKeys(source, filterOf);
    const [first] = source;
    if (keys.length > mostDragged && source.length === 1 && first?.kind === 'folder') {
      const { session, bucket, prefix, separator, pin } = first;
      const folder = { connectionId: session.id, bucket, prefix, separator, pin };
      const dragged: DraggedKeys = { keys: [], cut: commonPrefix([prefix]), folder };
      transfer.set(treeType, new vscode.DataTransferItem(dragged));
      transfer.set(textType, new vscode.DataTransferItem(folderPattern(first)));
      return;
    }
    if (keys.length > mostDragged) {
      const message = vscode.l10n.t(
        'More than {0} keys are dragged as one folder only.',
        formatCount(mostDragged),
      );
      void plainWindow.setStatusBarMessage(message, 5_000);
      return;
    }
    if (keys.length === 0) {
      return;
    }
    const addresses = keys.map(({ session, bucket, key }): KeyAddress => {
      return { connectionId: session.id, bucket, key };
    });
    const cut = commonPrefix(source.flatMap(pathOf));
    const dragged: DraggedKeys = { keys: addresses, cut };
    const uris = addresses.map((address) => keyUri(address).toString());
    const names = keys.map(({ key }) => key);
    transfer.set(treeType, new vscode.DataTransferItem(dragged));
    transfer.set(uriListType, new vscode.DataTransferItem(uris.join('\r\n')));
    transfer.set(textType, new vscode.DataTransferItem(names.join('\n')));
  }

  async handleDrop(
    onto: TreeNode | undefined,
    transfer: vscode.DataTransfer,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const target = onto && targetOf(onto);
    if (!target) {
      return;
    }
    try {
      const dropped = await droppedOn(this.parts.connections, transfer);
      if (token.isCancellationRequested) {
        return;
      }
      if (dropped.folder) {
        await this.copyFolder(target, dropped.folder, dropped.cut);
        return;
      }
      await this.copy(target, dropped);
      if (dropped.files.length > 0) {
        const { putFiles } = await import('./putFiles');
        await putFiles(this.parts.log, target.place, target.prefix, dropped.files);
      }
    } catch (error) {
      await reportFailure(this.parts.log, vscode.l10n.t('Failed to drop'), error);
    }
  }

  /** A folder whose keys are too many to be named travels as a folder, and what would be written is shown. */
  private async copyFolder(
    { place, prefix }: DropTarget,
    folder: FolderNode,
    cut: string,
  ): Promise<void> {
    const { openFolderPlan } = await import('../transfer/moveFolder');
    const { session, bucket } = place;
    const title = vscode.l10n.t(
      'Copy {0} to {1} on {2}',
      ...[folderPattern(folder), bucket, session.name],
    );
    const target = { session, bucket, kind: 'copy', action: vscode.l10n.t('Copy') } as const;
    const names = {
      strip: cut,
      prefix: prefix === '' ? cut : prefix,
      mode: 'skip',
      title,
    } as const;
    await openFolderPlan(this.parts, folder, target, names);
  }

  private async copy({ place, prefix }: DropTarget, { keys, cut }: DroppedKeys): Promise<void> {
    // Onto a bucket keys keep their names; onto a folder they keep what is below their own folder.
    const start = prefix === '' ? cut : prefix;
    const transfers = keys
      .map((from) => ({ from, to: { ...place, key: renamed(from.key, cut, start) } }))
      .filter(({ from, to }) => !isSame(from, to));
    if (transfers.length > 1 && !(await confirmCopies(transfers.length, place))) {
      return;
    }
    const { transferKeys } = await import('./transferKeys');
    await transferKeys(this.parts.log, 'copy', transfers);
  }
}

/**
 * Keys on their way, and what of their names stays behind when they are dropped onto a folder. VS Code
 * makes JSON of it.
 */
interface DraggedKeys {
  readonly keys: readonly KeyAddress[];
  readonly cut: string;
  /** In the place of its keys, where these are too many. */
  readonly folder?: Pick<FolderNode, 'bucket' | 'prefix' | 'separator' | 'pin'> & {
    readonly connectionId: string;
  };
}

export interface DragParts {
  readonly connections: Connections;
  readonly filterOf: FilterOf;
  readonly plans: PlanDocuments;
  /** How many keys of folders are dragged by name; their names travel with the pointer. */
  readonly mostDragged?: number;
  readonly log: vscode.LogOutputChannel;
}

interface DroppedKeys {
  readonly keys: readonly KeyNode[];
  readonly cut: string;
  readonly folder?: FolderNode | undefined;
}

interface DropTarget {
  readonly place: BucketPlace;
  /** What the new keys start with, with its dot. */
  readonly prefix: string;
}

/** Where a drop onto a row goes: onto a key means beside it. */
function targetOf(node: TreeNode): DropTarget | undefined {
  switch (node.kind) {
    case 'bucket':
      return { place: { session: node.session, bucket: node.bucket }, prefix: '' };
    case 'folder':
      return {
        place: { session: node.session, bucket: node.bucket },
        prefix: startOfKeys(node),
      };
    case 'key':
      return {
        place: { session: node.session, bucket: node.bucket },
        prefix: commonPrefix([node.key]),
      };
    case 'group':
    case 'connection':
    case 'more':
    case 'message':
      return undefined;
  }
}

/** The keys among the rows, and those of the folders as far as they are listed. */
function draggedKeys(rows: readonly TreeNode[], filterOf: FilterOf): KeyNode[] {
  const keys = new Map<string, KeyNode>();
  for (const row of rows) {
    if (row.kind === 'key') {
      keys.set(row.id, row);
    }
    if (row.kind === 'folder') {
      for (const key of keysBelow(indexOfRow(row, filterOf), row.prefix)) {
        const node = keyNode(row.session, row.bucket, key);
        keys.set(node.id, node);
      }
    }
  }
  return [...keys.values()];
}

/** The name of a row that can be dragged: a folder's is that of its keys without their last tokens. */
function pathOf(row: TreeNode): string[] {
  switch (row.kind) {
    case 'key':
      return [row.key];
    case 'folder':
      return [row.prefix];
    case 'group':
    case 'connection':
    case 'bucket':
    case 'more':
    case 'message':
      return [];
  }
}

function* keysBelow(index: KeyIndex | undefined, prefix: string): Generator<string> {
  for (const child of index?.children(prefix) ?? []) {
    if (child.kind === 'folder') {
      yield* keysBelow(index, child.prefix);
    } else {
      yield child.info.key;
    }
  }
}

type Folder = NonNullable<DraggedKeys['folder']>;

/** What was dropped: keys of the tree or of editors, and files. */
async function droppedOn(
  connections: Connections,
  transfer: vscode.DataTransfer,
): Promise<DroppedKeys & { readonly files: readonly vscode.Uri[] }> {
  const rows: unknown = transfer.get(treeType)?.value;
  if (isDragged(rows)) {
    const folder = rows.folder && folderOf(rows.folder);
    return { keys: rows.keys.flatMap(nodeOf), cut: rows.cut, folder, files: [] };
  }
  const list = (await transfer.get(uriListType)?.asString()) ?? '';
  const uris = list
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => vscode.Uri.parse(line, true));
  const keys = uris.map(parseKeyUri).flatMap((address) => (address ? nodeOf(address) : []));
  const cut = commonPrefix(keys.map(({ key }) => key));
  return { keys, cut, files: uris.filter(({ scheme }) => scheme !== keyScheme) };

  function folderOf({ connectionId, bucket, prefix, ...rest }: Folder): FolderNode | undefined {
    const session = connections.get(connectionId);
    return session && folderNode(session, bucket, prefix, rest);
  }

  function nodeOf({ connectionId, bucket, key }: KeyAddress): KeyNode[] {
    const session = connections.get(connectionId);
    return session ? [keyNode(session, bucket, key)] : [];
  }
}

/** What `handleDrag` set, which the same extension host gets back. */
function isDragged(value: unknown): value is DraggedKeys {
  return typeof value === 'object' && value !== null && 'keys' in value && 'cut' in value;
}

async function confirmCopies(count: number, { session, bucket }: BucketPlace): Promise<boolean> {
  const copy = vscode.l10n.t('Copy');
  const plain = vscode.l10n.t('Copy {0} keys to {1} on {2}?', count, bucket, session.name);
  const question = environmentTitle(session.config, plain);
  const detail = vscode.l10n.t('You are asked about keys that exist there already.');
  const options = { modal: true, detail };
  return (await plainWindow.showInformationMessage(question, options, copy)) === copy;
}

function isSame(a: KeyNode, b: BucketPlace & { readonly key: string }): boolean {
  return a.session === b.session && a.bucket === b.bucket && a.key === b.key;
}
