import type { KeyInfo } from '../model/entry';
import { type KeyBatch, revisionsOf } from '../model/keyBatch';
import { KeyTrees, type BatchEffect, type TreeShape } from './tree/keyTrees';

const nothing: BatchEffect = { keys: [], structural: false };

/**
 * Owns the keys that an index shows and, while these are listed again, what has been found so far;
 * changes only through its methods.
 */
export class ListedKeys {
  /** What a running listing has found, when there were keys in view before it: they stay until its end. */
  private fresh: KeyTrees | undefined;
  /** Keys in view by their revision that no listing has told yet: one that is none of the bucket's goes. */
  private readonly unproved = new Map<number, string>();

  constructor(
    private trees: KeyTrees,
    /** What has to be true of a key. */
    private readonly matches: ((key: string) => boolean) | undefined,
  ) {}

  /** The keys in view. */
  get shown(): KeyTrees {
    return this.trees;
  }

  /** Whether what a listing finds is in view at once: no keys were when it began. */
  get isSeen(): boolean {
    return this.fresh === undefined;
  }

  clear(shape: TreeShape): void {
    this.fresh = undefined;
    this.unproved.clear();
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

  /**
   * Takes in keys that the running listing will tell of, where it is seen. They may be of a moment ago,
   * which the listing puts right: by its end none is left that it did not tell.
   */
  takeAhead(batch: KeyBatch): BatchEffect {
    if (!this.isSeen) {
      return nothing;
    }
    const wanted = this.wanted(batch);
    wanted.forEach(({ revision, key }) => this.unproved.set(revision, key));
    return this.trees.applyAll(wanted);
  }

  /** Takes in what a listing has found. Tells what of that is seen already. */
  take(batch: KeyBatch): BatchEffect {
    if (this.unproved.size > 0) {
      revisionsOf(batch).forEach((revision) => this.unproved.delete(revision));
    }
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
   * it. `isOther`: there are more or fewer keys than were in view. `replaced`: keys came or went by it.
   */
  end(isComplete: boolean): { readonly replaced: boolean; readonly isOther: boolean } {
    const { fresh } = this;
    this.fresh = undefined;
    const isOther = fresh?.present.count('') !== this.trees.present.count('');
    if (isComplete) {
      this.trees = fresh ?? this.trees;
      this.trees.settle();
    }
    const isFresh = isComplete && fresh !== undefined;
    const dropped = this.dropUnproved();
    return { replaced: isFresh || dropped, isOther: isFresh && isOther };
  }

  /** Tells whether there were any. */
  private dropUnproved(): boolean {
    let dropped = false;
    for (const [revision, key] of this.unproved) {
      if (this.trees.get(key)?.revision === revision) {
        this.trees.replace({ key, revision }, undefined);
        dropped = true;
      }
    }
    this.unproved.clear();
    return dropped;
  }

  private wanted(messages: KeyBatch): KeyBatch {
    const { matches } = this;
    return matches ? [...messages].filter(({ key }) => matches(key)) : messages;
  }
}
