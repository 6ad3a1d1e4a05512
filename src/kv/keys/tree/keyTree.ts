import { isLive, type KeyInfo } from '../../model/entry';
import { type KeyBatch, KeyColumns } from '../../model/keyBatch';
import { naturalOrder } from '../../base/naturalOrder';
import { joinPath, type Separators } from './keyPath';
import { KeyEncoder } from './keyEncoder';
import type { KeyPart, KeyTreeChange } from './paths';
import { Double, NodeStore, noNode, rootNode, Word } from './nodeStore';
import type { TreeLevel } from './treeLevel';
import { TreeLevels } from './treeLevels';
import { TreeRows } from './treeRows';
import { surveyTree, type KeySurvey, type SurveyOptions } from './treeSurvey';

/** A row below a prefix: a folder of keys that share the next token, or a key that ends there. */
export type KeyTreeChild =
  | {
      readonly kind: 'folder';
      readonly token: string;
      readonly prefix: string;
      readonly count: number;
    }
  | { readonly kind: 'key'; readonly token: string; readonly info: KeyInfo };

/**
 * Owns the live keys of one bucket, arranged by their tokens; changes only through `apply`. A key
 * that is also the prefix of others stands both as a key and as a folder. Keys are kept compactly,
 * not as objects: a million of them cost some 80 MB less than as strings in maps.
 */
export class KeyTree {
  private readonly nodes: NodeStore;
  private readonly levels: TreeLevels;
  private readonly encoded = new KeyEncoder();
  /** Revisions of markers seen while older messages may still arrive. */
  private readonly markers = new Map<string, number>();

  /**
   * `markersFrom` is the first revision that messages may come late from: older markers need not be
   * remembered, as nothing older can follow them.
   */
  constructor(
    public markersFrom = 0,
    readonly separators: Separators = { slash: false },
  ) {
    this.nodes = new NodeStore(separators);
    this.levels = new TreeLevels(this.nodes);
  }

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

  /**
   * About `count` live keys in no order, from a cursor on (0 at first), and where to go on; undefined
   * at the end; of revisions before `before` only. Keys that come or go between two calls may be left out.
   */
  keysFrom(cursor: number, count: number, before = Infinity): KeyPart {
    const { nodes } = this;
    const keys: string[] = [];
    // Keys that came one after the other mostly share what is above them.
    const paths = new Map([[rootNode, '']]);
    let node = Math.max(cursor, rootNode + 1);
    for (; node < nodes.end && keys.length < count; node++) {
      const revision = nodes.getDouble(node, Double.revision);
      if (revision > 0 && revision < before) {
        const above = this.pathOf(nodes.get(node, Word.parent), paths);
        keys.push(joinPath(above, nodes.token(node), this.separators));
      }
    }
    return { keys, next: node < nodes.end ? node : undefined };
  }

  /** The live keys by numbers, for a list of all of them. */
  rows(): TreeRows {
    return new TreeRows(this.nodes, this.separators);
  }

  /** The number of a live key; 0 where there is none. */
  rowOf(key: string): number {
    const node = key === '' ? noNode : this.find(key);
    return node !== noNode && this.nodes.getDouble(node, Double.revision) > 0 ? node : noNode;
  }

  /** What the live keys below a prefix hold, see `surveyTree`. */
  survey(prefix: string, options: SurveyOptions): Promise<KeySurvey> {
    const { nodes, separators } = this;
    return surveyTree(nodes, { path: prefix, node: this.find(prefix), separators }, options);
  }

  /** Rows below a prefix in natural order, a folder before the key of the same name. */
  children(prefix: string): KeyTreeChild[] {
    const parent = this.find(prefix);
    const rows: KeyTreeChild[] = [];
    for (const node of parent === noNode ? [] : this.nodes.children(parent)) {
      const token = this.nodes.token(node);
      const path = joinPath(prefix, token, this.separators);
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

  /** Takes in a batch as `apply` does. Returns the keys with new facts, and whether keys came or went. */
  applyAll(batch: KeyBatch): { readonly keys: readonly string[]; readonly structural: boolean } {
    const keys: string[] = [];
    let structural = false;
    const note = (change: KeyTreeChange, at: number) => {
      structural ||= change === 'keys';
      if (change === 'facts') {
        keys.push(batch.at(at)?.key ?? '');
      }
    };
    const nodes = this.nodesOf(batch);
    if (nodes && batch instanceof KeyColumns) {
      const { revisions, createds, sizes } = batch;
      for (let at = 0; at < batch.length; at++) {
        const node = nodes[at] ?? noNode;
        note(this.put(node, revisions[at] ?? 0, createds[at] ?? 0, sizes[at] ?? 0), at);
      }
      return { keys, structural };
    }
    let at = 0;
    for (const info of batch) {
      const { revision, created, size } = info;
      note(nodes ? this.put(nodes[at] ?? noNode, revision, created, size) : this.apply(info), at++);
    }
    return { keys, structural };
  }

  /** Says that from now on messages come in order: what was kept for late ones is dropped. */
  settle(): void {
    this.markers.clear();
  }

  /** The children of a path in order, kept up to date until it is closed; undefined where there are none. */
  openLevel(path: string): TreeLevel | undefined {
    const node = this.find(path);
    const isEmpty = node === noNode || this.nodes.get(node, Word.childCount) === 0;
    return isEmpty ? undefined : this.levels.open(node);
  }

  /** Closes the level of a path, or all. */
  closeLevels(path?: string): void {
    this.levels.close(path === undefined ? undefined : this.find(path));
  }

  token(node: number): string {
    return this.nodes.token(node);
  }

  /** Tokens that stand right below a path. */
  childCount(path: string): number {
    const node = this.find(path);
    return node === noNode ? 0 : this.nodes.get(node, Word.childCount);
  }

  /** Tokens right below a path in no order, `most` of them at most. */
  someTokens(path: string, most: number): string[] {
    const tokens: string[] = [];
    let at = this.nodes.get(this.find(path), Word.firstChild);
    for (; at !== noNode && tokens.length < most; at = this.nodes.get(at, Word.nextSibling)) {
      tokens.push(this.nodes.token(at));
    }
    return tokens;
  }

  /** The path of a node; what is found on the way is kept in `paths`. */
  private pathOf(node: number, paths: Map<number, string>): string {
    const known = paths.get(node);
    if (known !== undefined) {
      return known;
    }
    const { nodes } = this;
    const above = this.pathOf(nodes.get(node, Word.parent), paths);
    const path = joinPath(above, nodes.token(node), this.separators);
    paths.set(node, path);
    return path;
  }

  private below(node: number): number {
    const own = node !== rootNode && this.nodes.getDouble(node, Double.revision) > 0 ? 1 : 0;
    return this.nodes.get(node, Word.count) - own;
  }

  private infoAt(node: number, key: string): KeyInfo | undefined {
    const revision = this.nodes.getDouble(node, Double.revision);
    if (revision === 0) {
      return undefined;
    }
    const created = this.nodes.getDouble(node, Double.created);
    return { key, revision, operation: 'PUT', created, size: this.nodes.get(node, Word.size) };
  }

  private find(path: string): number {
    return path === '' ? rootNode : this.walk(path, false);
  }

  /** The node at the end of a path; `add` makes what is missing on the way. */
  private walk(path: string, add: boolean): number {
    this.encoded.clear();
    this.encoded.add(path);
    return this.nodes.walk(this.encoded.bytes, 0, this.encoded.end, add);
  }

  /** The nodes of a batch that puts, in its order; undefined where markers have a say. */
  private nodesOf(batch: KeyBatch): Uint32Array | undefined {
    if (this.markers.size > 0) {
      return undefined;
    }
    if (batch instanceof KeyColumns) {
      return batch.isAllPut ? this.nodes.walkAll(batch) : undefined;
    }
    this.encoded.clear();
    for (const info of batch) {
      if (!isLive(info)) {
        return undefined;
      }
      this.encoded.add(info.key);
    }
    return this.nodes.walkAll(this.encoded);
  }

  private applyPut({ key, revision, created, size }: KeyInfo): KeyTreeChange {
    const change = this.put(this.walk(key, true), revision, created, size);
    if (this.markers.size > 0 && change !== 'none') {
      this.markers.delete(key);
    }
    return change;
  }

  private put(node: number, revision: number, created: number, size: number): KeyTreeChange {
    const { nodes } = this;
    const known = nodes.getDouble(node, Double.revision);
    if (revision <= known) {
      return 'none';
    }
    nodes.setDouble(node, Double.revision, revision);
    nodes.setDouble(node, Double.created, created);
    nodes.set(node, Word.size, size);
    if (known > 0) {
      return 'facts';
    }
    this.addToCounts(node, 1);
    return 'keys';
  }

  private applyMarker(key: string, revision: number): KeyTreeChange {
    const node = this.find(key);
    const known = node === noNode ? 0 : this.nodes.getDouble(node, Double.revision);
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
    nodes.setDouble(from, Double.revision, 0);
    this.addToCounts(from, -1);
    let node = from;
    while (node !== rootNode && nodes.get(node, Word.count) === 0) {
      const parent = nodes.get(node, Word.parent);
      nodes.remove(node);
      node = parent;
    }
  }

  private addToCounts(from: number, change: 1 | -1): void {
    const { nodes, levels } = this;
    for (let node = from; ;) {
      const count = nodes.get(node, Word.count) + change;
      const parent = nodes.get(node, Word.parent);
      nodes.set(node, Word.count, count);
      if (node === rootNode) {
        return;
      }
      if (!levels.isEmpty && count === 0) {
        levels.removed(node, parent);
      } else if (!levels.isEmpty && count === 1 && change === 1) {
        levels.added(node, parent);
      }
      node = parent;
    }
  }
}
