import { DisposableStore, type Disposable } from '../kv/event';
import type { KeyIndex } from '../kv/keyIndex';
import type { KeyChange } from '../kv/watch';
import type { BucketNode, FolderNode, KeyNode } from './nodes';

/** A row that has an index of its own: a bucket, or what was opened by its name. */
export type RootNode = BucketNode | FolderNode | KeyNode;

/** What a followed index makes the view do. */
export interface IndexEffects {
  refreshRoot(node: RootNode): void;
  refreshKey(node: RootNode, key: string): void;
  /** Somebody changed keys just now; `facts` are those of them that were there before. */
  keysChanged(node: RootNode, changes: readonly KeyChange[], facts: readonly string[]): void;
}

/** Owns the subscriptions to the key indexes of the bucket rows that were opened, one for each row. */
export class FollowedIndexes implements Disposable {
  private readonly followed = new Map<
    string,
    { readonly index: KeyIndex; readonly subscriptions: Disposable }
  >();

  constructor(private readonly effects: IndexEffects) {}

  get all(): readonly KeyIndex[] {
    return [...this.followed.values()].map(({ index }) => index);
  }

  get(nodeId: string): KeyIndex | undefined {
    return this.followed.get(nodeId)?.index;
  }

  /** Follows the index that a row has now, in the place of the one that it had before. */
  follow(node: RootNode, index: KeyIndex | undefined): void {
    if (this.get(node.id) === index) {
      return;
    }
    this.forget(node.id);
    if (index) {
      this.followed.set(node.id, { index, subscriptions: this.subscribe(node, index) });
    }
  }

  forget(nodeId: string): void {
    this.followed.get(nodeId)?.subscriptions.dispose();
    this.followed.delete(nodeId);
  }

  dispose(): void {
    [...this.followed.keys()].forEach((id) => this.forget(id));
  }

  private subscribe(node: RootNode, index: KeyIndex): Disposable {
    const { effects } = this;
    const subscriptions = new DisposableStore();
    subscriptions.add(index.state.onDidChange(() => effects.refreshRoot(node)));
    subscriptions.add(index.watch.state.onDidChange(() => effects.refreshRoot(node)));
    // The index takes in what its watch tells before it is told here.
    let facts: readonly string[] = [];
    subscriptions.add(
      index.watch.onDidChange((changes) => {
        if (index.state.current.kind === 'ready') {
          effects.keysChanged(node, changes, facts);
        }
        facts = [];
      }),
    );
    subscriptions.add(
      index.onDidChange(({ keys, structural }) => {
        facts = keys;
        if (structural) {
          effects.refreshRoot(node);
        } else {
          keys.forEach((key) => effects.refreshKey(node, key));
        }
      }),
    );
    return subscriptions;
  }
}
