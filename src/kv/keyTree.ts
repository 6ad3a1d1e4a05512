import { isLive, type KeyInfo } from './entry';
import { naturalOrder } from './naturalOrder';

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

interface Node {
  children: Map<string, Node> | undefined;
  /** The last PUT of the key that ends here. */
  info: KeyInfo | undefined;
  /** Live keys here and below. */
  count: number;
}

/**
 * Owns the live keys of one bucket, arranged by their tokens; changes only through `apply`. A key
 * that is also the prefix of others stands both as a key and as a folder.
 */
export class KeyTree {
  private readonly root: Node = newNode();
  /** Revisions of markers seen while older messages may still arrive. */
  private readonly markers = new Map<string, number>();

  /** Live keys below a prefix (`''` is the whole bucket), the key equal to it not counted. */
  count(prefix: string): number {
    const node = this.find(prefix);
    return node ? node.count - (node.info && prefix !== '' ? 1 : 0) : 0;
  }

  /** The last PUT of a live key. */
  get(key: string): KeyInfo | undefined {
    return this.find(key)?.info;
  }

  /** Rows below a prefix in natural order, a folder before the key of the same name. */
  children(prefix: string): KeyTreeChild[] {
    const node = this.find(prefix);
    const rows: KeyTreeChild[] = [];
    for (const [token, child] of node?.children ?? []) {
      const path = prefix === '' ? token : `${prefix}.${token}`;
      const below = child.count - (child.info ? 1 : 0);
      if (below > 0) {
        rows.push({ kind: 'folder', token, prefix: path, count: below });
      }
      if (child.info) {
        rows.push({ kind: 'key', token, info: child.info });
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
    const known = this.get(message.key);
    const seen = Math.max(known?.revision ?? 0, this.markers.get(message.key) ?? 0);
    if (message.revision <= seen) {
      return 'none';
    }
    if (isLive(message)) {
      this.markers.delete(message.key);
      this.set(message);
      return known ? 'facts' : 'keys';
    }
    this.markers.set(message.key, message.revision);
    return known ? this.remove(message.key) : 'none';
  }

  /** Says that from now on messages come in order: what was kept for late ones is dropped. */
  settle(): void {
    this.markers.clear();
  }

  private find(path: string): Node | undefined {
    let node: Node | undefined = this.root;
    for (const token of path === '' ? [] : path.split('.')) {
      node = node?.children?.get(token);
    }
    return node;
  }

  private set(info: KeyInfo): void {
    const path = [this.root];
    let node = this.root;
    for (const token of info.key.split('.')) {
      node.children ??= new Map();
      let child = node.children.get(token);
      if (!child) {
        child = newNode();
        node.children.set(token, child);
      }
      node = child;
      path.push(node);
    }
    if (!node.info) {
      path.forEach((each) => each.count++);
    }
    node.info = info;
  }

  private remove(key: string): KeyTreeChange {
    const tokens = key.split('.');
    const path = [this.root];
    for (const token of tokens) {
      const child = path.at(-1)?.children?.get(token);
      if (!child) {
        return 'none';
      }
      path.push(child);
    }
    path.forEach((each) => each.count--);
    const last = path.at(-1);
    if (last) {
      last.info = undefined;
    }
    this.prune(path, tokens);
    return 'keys';
  }

  /** Drops the nodes at the end of a path that hold nothing any more. */
  private prune(path: readonly Node[], tokens: readonly string[]): void {
    for (let depth = tokens.length; depth > 0; depth--) {
      const token = tokens[depth - 1];
      if (path[depth]?.count !== 0 || token === undefined) {
        return;
      }
      path[depth - 1]?.children?.delete(token);
    }
  }
}

function newNode(): Node {
  return { children: undefined, info: undefined, count: 0 };
}
