import { type NodeStore } from './nodeStore';
import { TokenOrder } from './tokenOrder';
import { TreeLevel } from './treeLevel';

/** Closed levels that are kept: the rows of a few open folders. */
const mostClosed = 32;

/**
 * Owns the open levels of one tree by their node; changes only through `open`, `close` and the tree. A
 * closed level is there again at once when it is opened, unless one of its keys came or went meanwhile.
 */
export class TreeLevels {
  private readonly levels = new Map<number, TreeLevel>();
  private readonly closed = new Map<number, TreeLevel>();
  private readonly order: TokenOrder;

  constructor(private readonly nodes: NodeStore) {
    this.order = new TokenOrder(nodes);
  }

  get isEmpty(): boolean {
    return this.levels.size === 0 && this.closed.size === 0;
  }

  /** The level of a node, kept up to date from now on. */
  open(node: number): TreeLevel {
    const known = this.levels.get(node) ?? this.closed.get(node);
    const level = known ?? new TreeLevel(this.nodes, this.order, node);
    this.closed.delete(node);
    this.levels.set(node, level);
    return level;
  }

  /** Closes one level, or all. */
  close(node?: number): void {
    for (const each of node === undefined ? [...this.levels.keys()] : [node]) {
      const level = this.levels.get(each);
      if (level) {
        this.levels.delete(each);
        this.keep(each, level);
      }
    }
  }

  added(node: number, parent: number): void {
    this.levels.get(parent)?.added(node);
    this.closed.delete(parent);
  }

  /** To be told before the node is taken away. */
  removed(node: number, parent: number): void {
    this.levels.get(parent)?.removed(node);
    this.levels.delete(node);
    this.closed.delete(parent);
    this.closed.delete(node);
  }

  private keep(node: number, level: TreeLevel): void {
    this.closed.set(node, level);
    const [oldest] = this.closed.keys();
    if (this.closed.size > mostClosed && oldest !== undefined) {
      this.closed.delete(oldest);
    }
  }
}
