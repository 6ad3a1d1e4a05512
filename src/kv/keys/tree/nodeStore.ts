import type { Separators } from './keyPath';
import { firstPlace, HashTable, nextPlace } from './hashTable';
import { newScratch, type Paths } from './paths';
import { beginHash, endHash, mixHash, TokenStore } from './tokenStore';

/** The number that stands for no node. */
export const noNode = 0;
export const rootNode = 1;

/** What a node keeps in 32 bits each, side by side: whoever looks at one of them mostly needs others. */
export const Word = {
  parent: 0,
  firstChild: 1,
  nextSibling: 2,
  /** That of a first child is the last one, so that children can be gone through from both ends. */
  previousSibling: 3,
  token: 4,
  /** Live keys at the node and below. */
  count: 5,
  /** Size of the value of the key that ends at the node. */
  size: 6,
  childCount: 7,
} as const;

/** What a node keeps in 64 bits each, after its words: of the key that ends there. */
export const Double = {
  /** 0 says that no key ends there. */
  revision: 4,
  created: 5,
} as const;

type WordName = (typeof Word)[keyof typeof Word];
type DoubleName = (typeof Double)[keyof typeof Double];

const wordsPerNode = 12;
const doublesPerNode = wordsPerNode / 2;
const chunkBits = 12;
const chunkMask = (1 << chunkBits) - 1;
const dot = 0x2e;
const slash = 0x2f;

/** Nodes in chunks of 4,096, so that growing never copies and never doubles. */
interface Chunk {
  readonly words: Uint32Array;
  readonly doubles: Float64Array;
}

/**
 * Owns the nodes of a tree of tokens as numbers in typed arrays: about 80 bytes a node with its
 * token and its place in the hash table. Changes only through its methods; removed nodes are used again.
 */
export class NodeStore {
  private readonly chunks: Chunk[] = [];
  readonly tokens = new TokenStore();
  /** Nodes that have had children: few, so that they stay in the processor's cache. */
  private readonly inner = new HashTable();
  private readonly leaves = new HashTable();
  private readonly free: number[] = [];
  private nextNode = rootNode + 1;
  private scratch = newScratch(0);
  /** Where the last walk to a parent ended: that node, and the place and the hash of the last token. */
  private parent = rootNode;
  private start = 0;
  private hash = 0;
  /** The byte that parts tokens besides the dot, and belongs to the later one; the dot when there is none. */
  private readonly separator: number;

  constructor(separators?: Separators) {
    this.separator = separators?.slash ? slash : dot;
  }

  get(node: number, word: WordName): number {
    return this.chunkOf(node).words[(node & chunkMask) * wordsPerNode + word] ?? 0;
  }

  set(node: number, word: WordName, value: number): void {
    this.chunkOf(node).words[(node & chunkMask) * wordsPerNode + word] = value;
  }

  getDouble(node: number, double: DoubleName): number {
    return this.chunkOf(node).doubles[(node & chunkMask) * doublesPerNode + double] ?? 0;
  }

  setDouble(node: number, double: DoubleName, value: number): void {
    this.chunkOf(node).doubles[(node & chunkMask) * doublesPerNode + double] = value;
  }

  /** Nodes that there are, the root not counted. */
  get size(): number {
    return this.inner.size + this.leaves.size;
  }

  /** One more than the largest number that a node has. */
  get end(): number {
    return this.nextNode;
  }

  token(node: number): string {
    return this.tokens.text(this.get(node, Word.token));
  }

  *children(node: number): Iterable<number> {
    for (let child = this.get(node, Word.firstChild); child !== noNode;) {
      yield child;
      child = this.get(child, Word.nextSibling);
    }
  }

  /**
   * The node of the path that the bytes from `from` to `end` spell, its tokens parted by dots; `add`
   * makes what is missing on the way, else the answer is `noNode`.
   */
  walk(bytes: Uint8Array, from: number, end: number, add: boolean): number {
    this.walkToParent(bytes, from, end, add);
    return this.parent === noNode
      ? noNode
      : this.findLeaf(this.parent, this.hash, bytes, this.start, end, add);
  }

  /**
   * Adds the paths of a batch, with their nodes as result. First it finds the parents of all, then it
   * touches the places of all leaves in the table, of which in a large tree none is in the processor's
   * cache: it waits for many of them at once, where otherwise it waits for each.
   */
  walkAll({ bytes, ends, length }: Paths): Uint32Array {
    const { parents, starts, hashes, nodes } = this.scratchFor(length);
    for (let at = 0, from = 0; at < length; at++) {
      const end = ends[at] ?? 0;
      this.walkToParent(bytes, from, end, true);
      parents[at] = this.parent;
      starts[at] = this.start;
      hashes[at] = this.hash;
      from = end;
    }
    this.leaves.touch(hashes, length);
    for (let at = 0; at < length; at++) {
      const hash = hashes[at] ?? 0;
      const start = starts[at] ?? 0;
      nodes[at] = this.findLeaf(parents[at] ?? 0, hash, bytes, start, ends[at] ?? 0, true);
    }
    return nodes;
  }

  private scratchFor(length: number) {
    if (this.scratch.nodes.length < length) {
      this.scratch = newScratch(length);
    }
    return this.scratch;
  }

  private walkToParent(bytes: Uint8Array, from: number, end: number, add: boolean): void {
    let node = rootNode;
    let start = from;
    let hash = beginHash(node);
    for (let at = from; at < end && node !== noNode; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === dot || (byte === this.separator && at > from)) {
        node = this.findInner(node, endHash(hash), bytes, start, at, add);
        start = byte === dot ? at + 1 : at;
        hash = byte === dot ? beginHash(node) : mixHash(beginHash(node), byte);
      } else {
        hash = mixHash(hash, byte);
      }
    }
    this.parent = node;
    this.start = start;
    this.hash = endHash(hash);
  }

  private findInner(
    parent: number,
    hash: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    add: boolean,
  ): number {
    const found = this.lookUp(this.inner, hash, parent, bytes, start, end);
    if (found !== noNode || !add) {
      return found;
    }
    const leaf = this.lookUp(this.leaves, hash, parent, bytes, start, end);
    const node = leaf === noNode ? this.add(parent, bytes, start, end) : leaf;
    if (leaf !== noNode) {
      this.leaves.remove(leaf, hash);
    }
    this.inner.add(node, hash);
    return node;
  }

  private findLeaf(
    parent: number,
    hash: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    add: boolean,
  ): number {
    const leaf = this.lookUp(this.leaves, hash, parent, bytes, start, end);
    if (leaf !== noNode) {
      return leaf;
    }
    const found = this.lookUp(this.inner, hash, parent, bytes, start, end);
    if (found !== noNode || !add) {
      return found;
    }
    const node = this.add(parent, bytes, start, end);
    this.leaves.add(node, hash);
    return node;
  }

  /** Takes out a node that has neither children nor a key. */
  remove(node: number): void {
    const token = this.get(node, Word.token);
    const parent = this.get(node, Word.parent);
    const hash = this.tokens.hash(token, parent);
    if (!this.leaves.remove(node, hash)) {
      this.inner.remove(node, hash);
    }
    this.tokens.free(token);
    this.unlink(node, parent);
    this.set(parent, Word.childCount, this.get(parent, Word.childCount) - 1);
    this.set(node, Word.parent, noNode);
    this.free.push(node);
  }

  private unlink(node: number, parent: number): void {
    const next = this.get(node, Word.nextSibling);
    const previous = this.get(node, Word.previousSibling);
    if (this.get(parent, Word.firstChild) === node) {
      this.set(parent, Word.firstChild, next);
    } else {
      this.set(previous, Word.nextSibling, next);
    }
    const after = next === noNode ? this.get(parent, Word.firstChild) : next;
    if (after !== noNode) {
      this.set(after, Word.previousSibling, previous);
    }
  }

  private lookUp(
    hashes: HashTable,
    hash: number,
    parent: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): number {
    const table = hashes.table(hash);
    for (let at = firstPlace(table, hash); ; at = nextPlace(table, at)) {
      const node = table[at] ?? noNode;
      if (node === noNode) {
        return noNode;
      }
      if (
        table[at + 1] === hash &&
        this.get(node, Word.parent) === parent &&
        this.tokens.equals(this.get(node, Word.token), bytes, start, end)
      ) {
        return node;
      }
    }
  }

  private add(parent: number, bytes: Uint8Array, start: number, end: number): number {
    const node = this.free.pop() ?? this.nextNode++;
    const next = this.get(parent, Word.firstChild);
    const { words, doubles } = this.chunkOf(node);
    const at = (node & chunkMask) * wordsPerNode;
    words[at + Word.parent] = parent;
    words[at + Word.firstChild] = noNode;
    words[at + Word.nextSibling] = next;
    words[at + Word.previousSibling] =
      next === noNode ? node : this.get(next, Word.previousSibling);
    words[at + Word.token] = this.tokens.add(bytes, start, end);
    words[at + Word.count] = 0;
    words[at + Word.childCount] = 0;
    doubles[at / 2 + Double.revision] = 0;
    if (next !== noNode) {
      this.set(next, Word.previousSibling, node);
    }
    this.set(parent, Word.firstChild, node);
    this.set(parent, Word.childCount, this.get(parent, Word.childCount) + 1);
    return node;
  }

  private chunkOf(node: number): Chunk {
    return this.chunks[node >>> chunkBits] ?? this.grow();
  }

  /** Nodes are numbered in order, so that the one that is missing is always the next chunk. */
  private grow(): Chunk {
    const words = new Uint32Array((chunkMask + 1) * wordsPerNode);
    const chunk = { words, doubles: new Float64Array(words.buffer) };
    this.chunks.push(chunk);
    return chunk;
  }
}
