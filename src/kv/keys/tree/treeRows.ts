import { Pace } from '../../base/pace';
import { sortInTurns } from '../../base/sortInTurns';
import { joinPath, type Separators } from './keyPath';
import { Double, noNode, rootNode, Word, type NodeStore } from './nodeStore';
import { TokenOrder } from './tokenOrder';

const stepsPerLook = 256;

/**
 * The live keys of a tree by the numbers of their nodes, which cost four bytes each where a list of
 * all of them is needed. A number is a key's until it goes; then it may become another one's.
 */
export class TreeRows {
  private readonly order: TokenOrder;

  constructor(
    private readonly nodes: NodeStore,
    private readonly separators: Separators,
  ) {
    this.order = new TokenOrder(nodes);
  }

  /** One more than the largest number that a key has. */
  get end(): number {
    return this.nodes.end;
  }

  /** 0 where there is no live key. */
  revision(row: number): number {
    return row < this.nodes.end ? this.nodes.getDouble(row, Double.revision) : 0;
  }

  /** In milliseconds since the epoch. */
  created(row: number): number {
    return this.nodes.getDouble(row, Double.created);
  }

  /** Of the value, in bytes. */
  size(row: number): number {
    return this.nodes.get(row, Word.size);
  }

  key(row: number): string {
    const tokens: string[] = [];
    for (let node = row; node > rootNode; node = this.nodes.get(node, Word.parent)) {
      tokens.push(this.nodes.token(node));
    }
    return tokens.reduceRight((path, token) => joinPath(path, token, this.separators), '');
  }

  /**
   * All of them, token by token in natural order, a key before those below it, in turns of a few
   * milliseconds. Keys that come or go meanwhile may be left out.
   */
  async inOrder(signal: AbortSignal, pace = new Pace()): Promise<Uint32Array> {
    const found = new Uint32Array(this.nodes.size);
    let [count, steps] = [0, 0];
    const stack: { readonly children: Uint32Array; at: number }[] = [];
    const open = async (node: number): Promise<void> => {
      const children = this.childrenOf(node);
      const compare = (a: number, b: number) => this.order.compare(a, b);
      stack.push({ children: await sortInTurns(children, compare, pace, signal), at: 0 });
    };
    await open(rootNode);
    for (let level = stack.at(-1); level; level = stack.at(-1)) {
      const node = level.children[level.at++];
      if (node === undefined) {
        stack.pop();
        continue;
      }
      if (this.revision(node) > 0 && count < found.length) {
        found[count++] = node;
      }
      if (this.nodes.get(node, Word.childCount) > 0) {
        await open(node);
      }
      // Counted over all levels: most of them have few children.
      if (++steps % stepsPerLook === 0 && pace.isOver) {
        await pace.rest();
        signal.throwIfAborted();
      }
    }
    return found.slice(0, count);
  }

  private childrenOf(node: number): Uint32Array {
    const children = new Uint32Array(this.nodes.get(node, Word.childCount));
    let child = this.nodes.get(node, Word.firstChild);
    for (let at = 0; at < children.length && child !== noNode; at++) {
      children[at] = child;
      child = this.nodes.get(child, Word.nextSibling);
    }
    return children;
  }
}
