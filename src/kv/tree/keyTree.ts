import { isLive, type KeyInfo } from '../entry';
import { naturalOrder } from '../naturalOrder';
import { NodeStore, noNode, rootNode } from './nodeStore';

/** A row below a prefix: a folder of keys that share the next token, or a key that ends there. */
export type KeyTreeChild =
  | {
      readonly kind: 'folder';
      readonly token: string;
      readonly prefix: string;
      readonly count: number;
    }
  | { readonly kind: 'key'; readonly token: string; readonly info: KeyInfo };

/** What applying a message changed: nothing seen, a key's facts, or which keys there are. */
export type KeyTreeChange = 'none' | 'facts' | 'keys';

const dot = 0x2e;

/**
 * Owns the live keys of one bucket, arranged by their tokens; changes only through `apply`. A key
 * that is also the prefix of others stands both as a key and as a folder. Keys are kept compactly,
 * not as objects: a million of them cost some 80 MB less than as strings in maps.
 */
export class KeyTree {
  private readonly nodes = new NodeStore();
  private readonly encoder = new TextEncoder();
  private bytes = new Uint8Array(1024);
  /** Revisions of markers seen while older messages may still arrive. */
  private readonly markers = new Map<string, number>();

  /**
   * `markersFrom` is the first revision that messages may come late from: older markers need not be
   * remembered, as nothing older can follow them.
   */
  constructor(public markersFrom = 0) {}

  /** Live keys below a prefix (`''` is the whole bucket), the key equal to it not counted. */
  count(prefix: string): number {
    const node = this.find(prefix);
    return node === noNode ? 0 : this.below(node);
  }

  /** The last PUT of a live key. */
  get(key: string): KeyInfo | undefined {
    const node = key === '' ? noNode : this.find(key);
    return node === noNode ? undefined : this.infoAt(node, key);
  }

  /** Rows below a prefix in natural order, a folder before the key of the same name. */
  children(prefix: string): KeyTreeChild[] {
    const parent = this.find(prefix);
    const rows: KeyTreeChild[] = [];
    for (const node of parent === noNode ? [] : this.nodes.children(parent)) {
      const token = this.nodes.token(node);
      const path = prefix === '' ? token : `${prefix}.${token}`;
      const count = this.below(node);
      if (count > 0) {
        rows.push({ kind: 'folder', token, prefix: path, count });
      }
      const info = this.infoAt(node, path);
      if (info) {
        rows.push({ kind: 'key', token, info });
      }
    }
    // The sort is stable, so a folder stays before its namesake.
    const compare = naturalOrder();
    return rows.sort((a, b) => compare(a.token, b.token));
  }

  /**
   * Takes in a key's message; messages may come in any order, the highest revision wins. Markers are
   * remembered until `settle`, so that an older PUT that comes late does not bring a key back.
   */
  apply(message: KeyInfo): KeyTreeChange {
    const { key, revision } = message;
    if (this.markers.size > 0 && revision <= (this.markers.get(key) ?? 0)) {
      return 'none';
    }
    return isLive(message) ? this.applyPut(message) : this.applyMarker(key, revision);
  }

  /** Says that from now on messages come in order: what was kept for late ones is dropped. */
  settle(): void {
    this.markers.clear();
  }

  private below(node: number): number {
    const own = node !== rootNode && this.nodes.revisions.get(node) > 0 ? 1 : 0;
    return this.nodes.counts.get(node) - own;
  }

  private infoAt(node: number, key: string): KeyInfo | undefined {
    const revision = this.nodes.revisions.get(node);
    if (revision === 0) {
      return undefined;
    }
    const created = this.nodes.createds.get(node);
    return { key, revision, operation: 'PUT', created, size: this.nodes.sizes.get(node) };
  }

  private find(path: string): number {
    return path === '' ? rootNode : this.walk(path, false);
  }

  /** The node at the end of a path; `add` makes what is missing on the way. */
  private walk(path: string, add: boolean): number {
    const { nodes } = this;
    const length = this.encode(path);
    let node = rootNode;
    let start = 0;
    for (let at = 0; at <= length && node !== noNode; at++) {
      if (at === length || this.bytes[at] === dot) {
        node = add
          ? nodes.findOrAdd(node, this.bytes, start, at)
          : nodes.find(node, this.bytes, start, at);
        start = at + 1;
      }
    }
    return node;
  }

  /** Writes a path as UTF-8 into the scratch bytes and gives its length. */
  private encode(path: string): number {
    if (this.bytes.length < path.length * 3) {
      this.bytes = new Uint8Array(path.length * 3);
    }
    for (let at = 0; at < path.length; at++) {
      const code = path.charCodeAt(at);
      if (code > 0x7f) {
        return this.encoder.encodeInto(path, this.bytes).written;
      }
      this.bytes[at] = code;
    }
    return path.length;
  }

  private applyPut({ key, revision, created, size }: KeyInfo): KeyTreeChange {
    const { nodes } = this;
    const node = this.walk(key, true);
    const known = nodes.revisions.get(node);
    if (revision <= known) {
      return 'none';
    }
    if (this.markers.size > 0) {
      this.markers.delete(key);
    }
    nodes.revisions.set(node, revision);
    nodes.createds.set(node, created);
    nodes.sizes.set(node, size);
    if (known > 0) {
      return 'facts';
    }
    this.addToCounts(node, 1);
    return 'keys';
  }

  private applyMarker(key: string, revision: number): KeyTreeChange {
    const node = this.find(key);
    const known = node === noNode ? 0 : this.nodes.revisions.get(node);
    if (revision <= known) {
      return 'none';
    }
    if (revision >= this.markersFrom) {
      this.markers.set(key, revision);
    }
    if (known === 0) {
      return 'none';
    }
    this.remove(node);
    return 'keys';
  }

  /** Takes the key away from a node, and every node at the end of its path that holds nothing more. */
  private remove(from: number): void {
    const { nodes } = this;
    nodes.revisions.set(from, 0);
    this.addToCounts(from, -1);
    let node = from;
    while (node !== rootNode && nodes.counts.get(node) === 0) {
      const parent = nodes.parentOf(node);
      nodes.remove(node);
      node = parent;
    }
  }

  private addToCounts(from: number, change: 1 | -1): void {
    const { counts } = this.nodes;
    for (let node = from; ; node = this.nodes.parentOf(node)) {
      counts.set(node, counts.get(node) + change);
      if (node === rootNode) {
        return;
      }
    }
  }
}
