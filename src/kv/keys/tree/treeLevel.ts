import { noNode, Word, type NodeStore } from './nodeStore';
import { noToken, type TokenOrder } from './tokenOrder';

/** Which children of a level are wanted: the first `limit`, or as many from a token on. */
export interface LevelRange {
  readonly limit: number;
  /** The token to start at, or what it would be. */
  readonly from?: string | undefined;
}

/** Children kept beyond the wanted ones, so that some may go without looking through all of them again. */
const spare = 64;
/** Children looked at between two looks at the clock. */
const step = 128;

/**
 * Owns the first children of one node in their order; changes only through `want`, `work`, and the
 * tree's `added` and `removed`. It never sorts a level as a whole: of a million children it keeps the
 * smallest few, and looks at the others once, in as many turns as it takes. It looks from both ends in
 * turns: keys mostly came in a rising or falling order, and then one end has the smallest ones.
 */
export class TreeLevel {
  private sorted: number[] = [];
  /** Fit to be among the sorted ones, and not yet merged into them. */
  private fresh: number[] = [];
  /** The first and the last child that have not been looked at; `noNode` when all have been. */
  private front = noNode;
  private back = noNode;
  private isFromBack = false;
  /** Whether all children have to be looked at again. */
  private isStale = false;
  /** Whether children were left out beyond the sorted ones. */
  private isCut = false;
  private start = noToken;
  private from: string | undefined;
  private limit = 0;

  constructor(
    private readonly nodes: NodeStore,
    private readonly order: TokenOrder,
    private readonly parent: number,
  ) {}

  /** Whether every child has been looked at. */
  get isComplete(): boolean {
    return this.front === noNode && !this.isStale;
  }

  /** All children of the node, wanted or not. */
  get total(): number {
    return this.nodes.get(this.parent, Word.childCount);
  }

  /** Sets what is wanted; another start or more than before means to look at all children again. */
  want({ limit, from }: LevelRange): void {
    if (from !== this.from || this.limit === 0 || (limit > this.limit && this.isCut)) {
      this.limit = limit;
      this.from = from;
      this.start = this.order.keep(this.start, from);
      this.isStale = true;
    }
    this.limit = limit;
  }

  /** Goes on looking at children until `isOver` says so. */
  work(isOver: () => boolean): void {
    if (this.isStale) {
      this.restart();
    }
    do {
      for (let count = 0; count < step && !this.isComplete; count++) {
        this.takeNext();
      }
    } while (!this.isComplete && !isOver());
    this.merge();
  }

  /** The wanted children found so far, in their order. */
  children(): readonly number[] {
    return this.sorted.slice(0, this.limit);
  }

  /** It comes before all others, so that what is still looked at does not meet it. */
  added(node: number): void {
    if (!this.isStale) {
      this.take(node);
    }
  }

  /** To be told before the node is taken away, while it still has its token. */
  removed(node: number): void {
    this.leave(node);
    remove(this.fresh, this.fresh.indexOf(node));
    const at = this.place(node);
    if (this.sorted[at] === node) {
      remove(this.sorted, at);
    }
    if (this.isCut && this.sorted.length < this.limit) {
      this.isStale = true;
    }
  }

  private restart(): void {
    this.front = this.nodes.get(this.parent, Word.firstChild);
    this.back = this.front === noNode ? noNode : this.nodes.get(this.front, Word.previousSibling);
    this.sorted = [];
    this.fresh = [];
    this.isCut = false;
    this.isStale = false;
  }

  private takeNext(): void {
    const node = this.isFromBack ? this.back : this.front;
    this.isFromBack = !this.isFromBack;
    this.leave(node);
    this.take(node);
  }

  /** Moves on where a child stands at one of the ends. */
  private leave(node: number): void {
    if (this.front === this.back && node === this.front) {
      this.front = noNode;
      this.back = noNode;
    } else if (node === this.front) {
      this.front = this.nodes.get(node, Word.nextSibling);
    } else if (node === this.back) {
      this.back = this.nodes.get(node, Word.previousSibling);
    }
  }

  private take(node: number): void {
    const { sorted } = this;
    if (this.start !== noToken && this.order.compareWith(this.start, node) > 0) {
      return;
    }
    const last = sorted[this.capacity - 1];
    if (last !== undefined && this.order.compare(node, last) > 0) {
      this.isCut = true;
      return;
    }
    this.fresh.push(node);
    if (this.fresh.length >= this.capacity) {
      this.merge();
    }
  }

  private get capacity(): number {
    return this.limit + spare;
  }

  private merge(): void {
    if (this.fresh.length === 0) {
      return;
    }
    const fresh = this.fresh.sort((a, b) => this.order.compare(a, b));
    const { sorted } = this;
    this.fresh = [];
    this.sorted = [];
    for (let a = 0, b = 0; a < sorted.length || b < fresh.length;) {
      const [one, other] = [sorted[a], fresh[b]];
      const isOne =
        other === undefined || (one !== undefined && this.order.compare(one, other) <= 0);
      this.sorted.push((isOne ? sorted[a++] : fresh[b++]) ?? noNode);
    }
    if (this.sorted.length > this.capacity) {
      this.sorted.length = this.capacity;
      this.isCut = true;
    }
  }

  /** Where a child is among the sorted ones, or would be. */
  private place(node: number): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.order.compare(this.sorted[middle] ?? noNode, node) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

function remove(list: number[], at: number): void {
  if (at >= 0) {
    list.splice(at, 1);
  }
}
