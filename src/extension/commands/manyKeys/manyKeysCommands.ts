import * as vscode from 'vscode';
import { startOfKeys } from '../../../kv/keys/folderKeys';
import { mostKeys, type ManyKeysScope } from '../../../kv/manyKeys/manyKeys';
import { KvError } from '../../../kv/model/errors';
import type { TreeNode } from '../../../views/buckets/rows/nodes';
import { commandIds, manyKeysScheme } from '../../contributions';
import { findDocument } from '../../documents/editors/workspaceEditors';
import { inform } from '../../report';
import { keysOfRows } from '../keys/folderRows';
import type { KeyChoice } from '../keys/keyChoice';
import type { CommandsOf } from '../register';
import type { FilterOf } from '../rowIndex';
import type { ManyKeysParts } from './manyKeysParts';

export interface ManyKeysCommandParts {
  readonly choice: KeyChoice;
  readonly filterOf: FilterOf;
  /** The row of the tree that a command without one is about. */
  readonly selected: () => TreeNode | undefined;
  readonly parts: () => Promise<ManyKeysParts>;
}

interface Chosen {
  readonly connectionId: string;
  readonly bucket: string;
  readonly scope: ManyKeysScope;
  readonly name: string;
}

/** Commands on several keys as one document. */
export function manyKeysCommands(needs: ManyKeysCommandParts): CommandsOf<'manyKeys'> {
  const on =
    (
      run: (
        parts: ManyKeysParts,
        document: vscode.TextDocument,
        key: string,
        revision: number,
      ) => unknown,
    ) =>
    async (uri?: vscode.Uri, key = '', revision = 0): Promise<void> => {
      const found = findDocument(
        (uri ?? vscode.window.activeTextEditor?.document.uri)?.toString() ?? '',
      );
      if (found?.uri.scheme === manyKeysScheme) {
        await run(await needs.parts(), found, key, revision);
      }
    };
  return {
    [commandIds.manyKeysOpen]: async (node?: TreeNode, selection?: readonly TreeNode[]) => {
      const chosen = await chosenKeys(needs, node, selection);
      if (chosen) {
        await (await needs.parts()).open(chosen, chosen.name);
      }
    },
    [commandIds.manyKeysSave]: on(async (_, document) => {
      await vscode.window.showTextDocument(document, { preview: false });
      await vscode.commands.executeCommand('workbench.action.files.save');
    }),
    [commandIds.manyKeysCompare]: on((parts, document, key) => parts.compare(document, key)),
    [commandIds.manyKeysMerge]: on((parts, document) => parts.merge(document)),
    [commandIds.manyKeysTakeServers]: on((parts, document, key) => parts.merge(document, key)),
    [commandIds.manyKeysKeepMine]: on((parts, document, key, revision) =>
      parts.keepMine(document, key, revision),
    ),
    [commandIds.manyKeysAllowAtomic]: on((parts, document) => parts.allowAtomic(document)),
  };
}

/** A bucket as its filter lets it be seen, a folder, or the keys of the selection. */
async function chosenKeys(
  { choice, filterOf, selected }: ManyKeysCommandParts,
  node: TreeNode | undefined,
  selection: readonly TreeNode[] | undefined,
): Promise<Chosen | undefined> {
  const row = node ?? selected();
  if (row?.kind === 'bucket') {
    const { bucket } = row;
    const connectionId = row.session.id;
    const filter = filterOf({ connectionId, bucket })?.text;
    const scope: ManyKeysScope = { kind: 'prefix', prefix: '', filter };
    return { connectionId, bucket, scope, name: filter ?? bucket };
  }
  const rows = await choice.rows(row, selection);
  const [first] = rows;
  if (!first) {
    return undefined;
  }
  const { session, bucket } = first;
  if (rows.some((each) => each.session !== session || each.bucket !== bucket)) {
    inform(vscode.l10n.t('Select keys of one bucket in the NATS KV view first.'));
    return undefined;
  }
  const connectionId = session.id;
  if (rows.length === 1 && first.kind === 'folder' && first.separator !== 'mixed') {
    const filter = filterOf({ connectionId, bucket })?.text;
    const scope: ManyKeysScope = { kind: 'prefix', prefix: startOfKeys(first), filter };
    return { connectionId, bucket, scope, name: first.prefix };
  }
  const keys = (await keysOfRows(rows, filterOf)).keys.map(({ key }) => key).sort();
  if (keys.length > mostKeys) {
    const message = vscode.l10n.t(
      'a document holds at most {0} keys, and {1} are chosen',
      mostKeys,
      keys.length,
    );
    throw new KvError('limitReached', message);
  }
  const [only = ''] = keys;
  const name = keys.length === 1 ? only : vscode.l10n.t('{0} and {1} more', only, keys.length - 1);
  return { connectionId, bucket, scope: { kind: 'keys', keys }, name };
}
