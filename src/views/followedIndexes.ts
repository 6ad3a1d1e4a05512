import { DisposableStore, type Disposable } from '../kv/event';
import type { KeyIndex } from '../kv/keyIndex';
import type { BucketNode } from './nodes';

/** What a followed index makes the view do. */
export interface IndexEffects {
  refreshBucket(node: BucketNode): void;
  refreshKey(node: BucketNode, key: string): void;
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
  follow(node: BucketNode, index: KeyIndex | undefined): void {
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

  private subscribe(node: BucketNode, index: KeyIndex): Disposable {
    const { effects } = this;
    const subscriptions = new DisposableStore();
    subscriptions.add(index.state.onDidChange(() => effects.refreshBucket(node)));
    subscriptions.add(index.watch.state.onDidChange(() => effects.refreshBucket(node)));
    subscriptions.add(
      index.onDidChange(({ keys, structural }) => {
        if (structural) {
          effects.refreshBucket(node);
        } else {
          keys.forEach((key) => effects.refreshKey(node, key));
        }
      }),
    );
    return subscriptions;
  }
}
