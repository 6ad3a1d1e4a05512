import { DisposableStore, type Disposable } from '../../../kv/base/event';
import type { IndexState } from '../../../kv/keys/indexState';
import type { KeyIndex } from '../../../kv/session/keyIndex';
import type { KeyChange } from '../../../kv/model/watch';
import type { BucketNode, FolderNode, KeyNode } from '../rows/nodes';
import { watchProblem } from '../rows/treeItems';

/** A row that has an index of its own: a bucket, or what was opened by its name. */
export type RootNode = BucketNode | FolderNode | KeyNode;

/** What a followed index makes the view do. */
export interface IndexEffects {
  /** `within`: how many milliseconds that may wait; as soon as can be when omitted. */
  refreshRoot(node: RootNode, within?: number): void;
  refreshKey(node: RootNode, key: string): void;
  /** How many milliseconds what others did to a listed bucket has to wait. */
  patience(): number | undefined;
  /** Somebody changed keys just now; `facts` are those of them that were there before. */
  keysChanged(node: RootNode, changes: readonly KeyChange[], facts: readonly string[]): void;
}

/** How often the progress of a listing is told at most, in milliseconds; its first keys are told at once. */
const progressMs = 500;

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
    subscriptions.add(
      index.state.onDidChange((state) =>
        effects.refreshRoot(node, patienceWith(state, effects.patience())),
      ),
    );
    let problem = watchProblem(index.watch.state.current);
    subscriptions.add(
      index.watch.state.onDidChange((state) => {
        const before = problem;
        problem = watchProblem(state);
        if (problem !== before) {
          effects.refreshRoot(node);
        }
      }),
    );
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
          const { current } = index.state;
          // Keys are taken in before they are counted: these are the first ones.
          const isFirst = current.kind === 'listing' && current.found === 0;
          const rest = effects.patience();
          const patience = patienceWith(current, rest) ?? rest;
          effects.refreshRoot(node, isFirst ? undefined : patience);
        } else {
          keys.forEach((key) => effects.refreshKey(node, key));
        }
      }),
    );
    return subscriptions;
  }
}

/**
 * How many milliseconds the row of an index in this state may wait, at least `rest` for the rows below it
 * while they are listed; undefined where it should not.
 */
export function patienceWith({ kind }: IndexState, rest = 0): number | undefined {
  return kind === 'listing' ? Math.max(progressMs, rest) : undefined;
}
