import type { KeyInfo } from '../model/entry';
import type { KeyBatch } from '../model/keyBatch';
import { KeyTrees, type BatchEffect, type TreeShape } from './tree/keyTrees';

const nothing: BatchEffect = { keys: [], structural: false };

/**
 * Owns the keys that an index shows and, while these are listed again, what has been found so far;
 * changes only through its methods.
 */
export class ListedKeys {
  /** What a running listing has found, when there were keys in view before it: they stay until its end. */
  private fresh: KeyTrees | undefined;

  constructor(
    private trees: KeyTrees,
    /** What has to be true of a key. */
    private readonly matches: ((key: string) => boolean) | undefined,
  ) {}

  /** The keys in view. */
  get shown(): KeyTrees {
    return this.trees;
  }

  clear(shape: TreeShape): void {
    this.fresh = undefined;
    this.trees = new KeyTrees(shape);
  }

  /** A listing begins. Where it is quiet, nothing of it is in view before its end. */
  begin(shape: TreeShape, quiet: boolean): void {
    if (!quiet && this.trees.all.every((tree) => tree.count('') === 0)) {
      this.clear(shape);
    } else {
      this.fresh = new KeyTrees(shape);
    }
  }

  /** No marker that comes late in the running listing is older than this revision. */
  set markersFrom(revision: number) {
    (this.fresh ?? this.trees).markersFrom = revision;
  }

  /** Takes in what a listing has found. Tells what of that is seen already. */
  take(batch: KeyBatch): BatchEffect {
    const effect = (this.fresh ?? this.trees).applyAll(this.wanted(batch));
    return this.fresh ? nothing : effect;
  }

  /** Takes in a change that the watch tells: it belongs to what is in view and to what is being listed. */
  follow(changes: readonly KeyInfo[]): BatchEffect {
    const wanted = this.wanted(changes);
    this.fresh?.applyAll(wanted);
    return this.trees.applyAll(wanted);
  }

  /**
   * The listing has ended; one that was complete takes the place of what was in view, if that was not
   * it. `isOther`: there are more or fewer keys than were in view.
   */
  end(isComplete: boolean): { readonly replaced: boolean; readonly isOther: boolean } {
    const { fresh } = this;
    this.fresh = undefined;
    const isOther = fresh?.present.count('') !== this.trees.present.count('');
    if (isComplete) {
      this.trees = fresh ?? this.trees;
      this.trees.settle();
    }
    const replaced = isComplete && fresh !== undefined;
    return { replaced, isOther: replaced && isOther };
  }

  private wanted(messages: KeyBatch): KeyBatch {
    const { matches } = this;
    return matches ? [...messages].filter(({ key }) => matches(key)) : messages;
  }
}
