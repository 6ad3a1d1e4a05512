import { type NodeStore } from './nodeStore';
import { TokenOrder } from './tokenOrder';
import { TreeLevel } from './treeLevel';

/** Owns the open levels of one tree by their node; changes only through `open`, `close` and the tree. */
export class TreeLevels {
  private readonly levels = new Map<number, TreeLevel>();
  private readonly order: TokenOrder;

  constructor(private readonly nodes: NodeStore) {
    this.order = new TokenOrder(nodes);
  }

  get isEmpty(): boolean {
    return this.levels.size === 0;
  }

  /** The level of a node, kept up to date from now on. */
  open(node: number): TreeLevel {
    const level = this.levels.get(node) ?? new TreeLevel(this.nodes, this.order, node);
    this.levels.set(node, level);
    return level;
  }

  /** Closes one level, or all. */
  close(node?: number): void {
    if (node === undefined) {
      this.levels.clear();
    } else {
      this.levels.delete(node);
    }
  }

  added(node: number, parent: number): void {
    this.levels.get(parent)?.added(node);
  }

  /** To be told before the node is taken away. */
  removed(node: number, parent: number): void {
    this.levels.get(parent)?.removed(node);
    this.levels.delete(node);
  }
}
