import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { parentPath } from '../../../kv/keys/tree/keyPath';
import { folderNode, type FolderNode, type TreeNode } from './nodes';
import type { TreeMemory } from './treeMemory';

/**
 * Owns the one object of each row that VS Code was given, since events must name the very same;
 * changes only through `intern`, `take` and `forget`.
 */
export class RowRegister {
  private readonly nodes = new Map<string, TreeNode>();
  /** The rows that each level had when it was read last, by id. */
  private readonly levels = new Map<string, readonly string[]>();

  constructor(
    private readonly memory: TreeMemory,
    private readonly dropped: (node: TreeNode) => void,
  ) {}

  known(node: TreeNode): TreeNode | undefined {
    return this.nodes.get(node.id);
  }

  /** The object that stands for a row; it takes over what of it may change. */
  intern<T extends TreeNode>(node: T): T {
    const known = this.nodes.get(node.id);
    if (!known) {
      this.nodes.set(node.id, node);
      return node;
    }
    if (known.kind === 'folder' && node.kind === 'folder') {
      this.keepOpen(known, node);
    }
    return Object.assign(known as T, node);
  }

  /** Interns the rows of a level, and lets go of those that it no longer has. */
  take(parent: TreeNode | undefined, rows: readonly TreeNode[]): TreeNode[] {
    const taken = rows.map((row) => this.intern(row));
    const ids = taken.map(({ id }) => id);
    const kept = new Set(ids);
    const level = parent?.id ?? '';
    this.levels.get(level)?.forEach((id) => {
      if (!kept.has(id)) {
        this.drop(id);
      }
    });
    this.levels.set(level, ids);
    return taken;
  }

  /** Forgets the rows of a session. Returns their ids. */
  forget(session: ConnectionSession): string[] {
    const ids = [...this.nodes]
      .filter(([, node]) => 'session' in node && node.session === session)
      .map(([id]) => id);
    ids.forEach((id) => this.drop(id));
    return ids;
  }

  private drop(id: string): void {
    const node = this.nodes.get(id);
    this.nodes.delete(id);
    this.levels.get(id)?.forEach((below) => this.drop(below));
    this.levels.delete(id);
    if (node) {
      this.dropped(node);
    }
  }

  /** What an open row of several folders led to stays in view when the row is parted. */
  private keepOpen(before: FolderNode, { session, bucket, prefix, pin }: FolderNode): void {
    const isParted = before.prefix.length > prefix.length && this.memory.isExpanded(before.id);
    for (let path = before.prefix; isParted && path.length > prefix.length;) {
      this.memory.expand(folderNode(session, bucket, path, { pin }).id);
      path = parentPath(path, { slash: true });
    }
  }
}
