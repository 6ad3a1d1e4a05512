import { GrowableFloat64, GrowableUint32 } from './growable';
import { firstPlace, HashTable, nextPlace } from './hashTable';
import { hashBytes, TokenStore } from './tokenStore';

/** The number that stands for no node. */
export const noNode = 0;
export const rootNode = 1;

/**
 * Owns the nodes of a tree of tokens as numbers in typed arrays: about 80 bytes a node with its
 * token and its place in the hash table. Changes only through its methods; removed nodes are used again.
 */
export class NodeStore {
  private readonly parents = new GrowableUint32();
  private readonly firstChildren = new GrowableUint32();
  private readonly nextSiblings = new GrowableUint32();
  private readonly previousSiblings = new GrowableUint32();
  private readonly tokenReferences = new GrowableUint32();
  private readonly tokens = new TokenStore();
  private readonly table = new HashTable();
  private readonly free: number[] = [];
  private nextNode = rootNode + 1;

  /** Live keys at a node and below. */
  readonly counts = new GrowableUint32();
  /** Facts of the key that ends at a node; a revision of 0 says that none does. */
  readonly revisions = new GrowableFloat64();
  readonly createds = new GrowableFloat64();
  readonly sizes = new GrowableUint32();

  constructor() {
    this.counts.set(rootNode, 0);
  }

  parentOf(node: number): number {
    return this.parents.get(node);
  }

  token(node: number): string {
    return this.tokens.text(this.tokenReferences.get(node));
  }

  *children(node: number): Iterable<number> {
    for (let child = this.firstChildren.get(node); child !== noNode;) {
      yield child;
      child = this.nextSiblings.get(child);
    }
  }

  /** The child of a node whose token are the bytes from `start` to `end`, or `noNode`. */
  find(parent: number, bytes: Uint8Array, start: number, end: number): number {
    return this.lookUp(hashBytes(bytes, start, end, parent), parent, bytes, start, end);
  }

  /** As `find`, but makes the child when there is none. */
  findOrAdd(parent: number, bytes: Uint8Array, start: number, end: number): number {
    const hash = hashBytes(bytes, start, end, parent);
    const found = this.lookUp(hash, parent, bytes, start, end);
    return found === noNode ? this.add(hash, parent, bytes, start, end) : found;
  }

  /** Takes out a node that has neither children nor a key. */
  remove(node: number): void {
    this.table.remove(node, this.hashOf(node));
    this.tokens.free(this.tokenReferences.get(node));
    const next = this.nextSiblings.get(node);
    const previous = this.previousSiblings.get(node);
    if (previous === noNode) {
      this.firstChildren.set(this.parents.get(node), next);
    } else {
      this.nextSiblings.set(previous, next);
    }
    if (next !== noNode) {
      this.previousSiblings.set(next, previous);
    }
    this.free.push(node);
  }

  private lookUp(
    hash: number,
    parent: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): number {
    const table = this.table.table(hash);
    for (let at = firstPlace(table, hash); ; at = nextPlace(table, at)) {
      const node = table[at] ?? noNode;
      const isFound = table[at + 1] === hash && this.isChild(node, parent, bytes, start, end);
      if (node === noNode || isFound) {
        return node;
      }
    }
  }

  private isChild(
    node: number,
    parent: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    return (
      this.parents.get(node) === parent &&
      this.tokens.equals(this.tokenReferences.get(node), bytes, start, end)
    );
  }

  private add(hash: number, parent: number, bytes: Uint8Array, start: number, end: number): number {
    const node = this.free.pop() ?? this.nextNode++;
    const next = this.firstChildren.get(parent);
    this.parents.set(node, parent);
    this.tokenReferences.set(node, this.tokens.add(bytes, start, end));
    this.firstChildren.set(node, noNode);
    this.previousSiblings.set(node, noNode);
    this.nextSiblings.set(node, next);
    if (next !== noNode) {
      this.previousSiblings.set(next, node);
    }
    this.firstChildren.set(parent, node);
    this.counts.set(node, 0);
    this.revisions.set(node, 0);
    this.table.add(node, hash);
    return node;
  }

  private hashOf(node: number): number {
    return this.tokens.hash(this.tokenReferences.get(node), this.parents.get(node));
  }
}
