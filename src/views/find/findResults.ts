import { Emitter, type Disposable, type Event } from '../../kv/base/event';
import type { ReplaceTarget } from '../../kv/find/replaceValues';
import type { FoundValue } from '../../kv/find/valueSearch';
import {
  findBucketNode,
  findKeyNode,
  findMatchNode,
  type FindBucketNode,
  type FindKeyNode,
  type FindMatchNode,
  type FindNode,
} from './findNodes';

/**
 * Owns what a search has found, as rows by bucket, key and match; changes only through its methods.
 * Keys stand in the order that they were found in.
 */
export class FindResults implements Disposable {
  private readonly buckets = new Map<string, FindBucketNode>();
  private readonly keys = new Map<string, Map<string, FindKeyNode>>();
  private readonly matches = new Map<string, FindMatchNode[]>();
  private readonly changed = new Emitter<void>();

  readonly onDidChange: Event<void> = this.changed.event;

  get isEmpty(): boolean {
    return this.buckets.size === 0;
  }

  /** Matches that are there, those of dismissed rows not counted. */
  get matchCount(): number {
    return [...this.matches.values()].reduce((sum, { length }) => sum + length, 0);
  }

  get keyCount(): number {
    return this.matches.size;
  }

  add(found: readonly FoundValue[]): void {
    for (const value of found) {
      const wanted = findBucketNode(value);
      const bucket = this.buckets.get(wanted.id) ?? wanted;
      const key = findKeyNode(bucket, value);
      this.buckets.set(bucket.id, bucket);
      this.keys.set(
        bucket.id,
        (this.keys.get(bucket.id) ?? new Map<string, FindKeyNode>()).set(key.id, key),
      );
      this.matches.set(
        key.id,
        value.matches.map((match) => findMatchNode(key, match)),
      );
    }
    this.changed.fire();
  }

  clear(): void {
    [this.buckets, this.keys, this.matches].forEach((each) => each.clear());
    this.changed.fire();
  }

  /** Takes a row away with all below it, and what stood above it alone. */
  dismiss(node: FindNode): void {
    switch (node.kind) {
      case 'findBucket':
        this.keys.get(node.id)?.forEach((key) => this.matches.delete(key.id));
        this.keys.delete(node.id);
        this.buckets.delete(node.id);
        break;
      case 'findKey':
        this.dismissKey(node);
        break;
      case 'findMatch': {
        const left = this.children(node.parent).filter(({ id }) => id !== node.id);
        if (left.length === 0) {
          this.dismissKey(node.parent);
        } else {
          this.matches.set(node.parent.id, left as FindMatchNode[]);
        }
      }
    }
    this.changed.fire();
  }

  children(node?: FindNode): readonly FindNode[] {
    switch (node?.kind) {
      case undefined:
        return [...this.buckets.values()];
      case 'findBucket':
        return [...(this.keys.get(node.id)?.values() ?? [])];
      case 'findKey':
        return this.matches.get(node.id) ?? [];
      case 'findMatch':
        return [];
    }
  }

  /** The values of these rows with the matches that are still there; of all rows when none are given. */
  replaceTargets(nodes: readonly FindNode[] = this.children()): ReplaceTarget[] {
    const wanted = new Map<FindKeyNode, Set<number>>();
    nodes
      .flatMap((node) => this.matchesOf(node))
      .forEach(({ parent, match }) => {
        wanted.set(parent, (wanted.get(parent) ?? new Set()).add(match.ordinal));
      });
    return [...wanted].map(([{ found }, ordinals]) => {
      const { session, bucket, key, revision, matches } = found;
      const isWhole = ordinals.size === matches.length;
      const chosen = isWhole ? {} : { ordinals: [...ordinals] };
      return { session, bucket, key, revision, ...chosen };
    });
  }

  /** These values read otherwise by now: what was found in them is no longer there. */
  replaced(values: readonly Pick<ReplaceTarget, 'session' | 'bucket' | 'key'>[]): void {
    const ids = new Set(values.map(({ session, bucket, key }) => `${session.id}/${bucket}/${key}`));
    const keys = [...this.keys.values()].flatMap((each) => [...each.values()]);
    keys.filter(({ id }) => ids.has(id)).forEach((key) => this.dismissKey(key));
    this.changed.fire();
  }

  /** The values of these rows, of a bucket all of them; one may come more than once. */
  valuesOf(nodes: readonly FindNode[]): FoundValue[] {
    return nodes.flatMap((node) => {
      switch (node.kind) {
        case 'findBucket':
          return this.valuesOf(this.children(node));
        case 'findKey':
          return [node.found];
        case 'findMatch':
          return [node.parent.found];
      }
    });
  }

  /** The rows as text, a match a line: `bucket/key:line: text`; of all rows when none are given. */
  text(nodes: readonly FindNode[] = this.children()): string {
    const lines = new Set(nodes.flatMap((node) => this.linesOf(node)));
    return [...lines].join('\n');
  }

  dispose(): void {
    this.changed.dispose();
  }

  private matchesOf(node: FindNode): FindMatchNode[] {
    return node.kind === 'findMatch'
      ? [node]
      : this.children(node).flatMap((child) => this.matchesOf(child));
  }

  private dismissKey(key: FindKeyNode): void {
    const { parent } = key;
    this.matches.delete(key.id);
    this.keys.get(parent.id)?.delete(key.id);
    if (this.keys.get(parent.id)?.size === 0) {
      this.keys.delete(parent.id);
      this.buckets.delete(parent.id);
    }
  }

  private linesOf(node: FindNode): string[] {
    if (node.kind !== 'findMatch') {
      return this.children(node).flatMap((child) => this.linesOf(child));
    }
    const { bucket, key } = node.parent.found;
    return [`${bucket}/${key}:${node.match.line + 1}: ${node.match.shown}`];
  }
}
