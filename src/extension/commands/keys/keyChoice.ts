import type { FolderNode, KeyNode, TreeNode } from '../../../views/buckets/rows/nodes';
import { keyNode } from '../../../views/buckets/rows/nodes';
import type { Background } from '../../../kv/base/background';
import type { Connections } from '../../../kv/session/connections';
import { chosenRows } from './folderRows';
import type { KeyFocus } from './keyFocus';

export interface KeyChoiceParts {
  readonly connections: Connections;
  readonly inBackground: Background;
  readonly focus: Pick<KeyFocus, 'keys'>;
}

/**
 * What a command on keys is about: the rows that it was called on; else the key of the active editor
 * or the selected ones of the tree, whichever the user turned to last; else one that is asked for.
 * None only when the user gave up.
 */
export class KeyChoice {
  constructor(private readonly parts: KeyChoiceParts) {}

  /** The key that the user turned to last, without asking; undefined for none. */
  get focused(): KeyNode | undefined {
    return this.parts.focus.keys[0];
  }

  async rows(
    node: TreeNode | undefined,
    selection: readonly TreeNode[] | undefined,
  ): Promise<readonly (KeyNode | FolderNode)[]> {
    const row = node?.kind === 'key' || node?.kind === 'folder' ? node : undefined;
    const rows = chosenRows(row, selection ?? []);
    if (rows.length > 0) {
      return rows;
    }
    const { connections, focus, inBackground } = this.parts;
    if (focus.keys.length > 0) {
      return focus.keys;
    }
    const { pickKey } = await import('../find/goToKey');
    const found = await pickKey(connections, inBackground);
    return found ? [keyNode(found.session, found.bucket, found.key)] : [];
  }

  async keys(node?: TreeNode, selection?: readonly TreeNode[]): Promise<readonly KeyNode[]> {
    const rows = await this.rows(node, selection);
    return rows.filter((row) => row.kind === 'key');
  }

  /** The first of them, for a command on one key. */
  async key(node?: TreeNode, selection?: readonly TreeNode[]): Promise<KeyNode | undefined> {
    return node?.kind === 'key' ? node : (await this.keys(node, selection))[0];
  }
}
