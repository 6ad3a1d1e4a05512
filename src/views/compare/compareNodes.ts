import type { BucketPart } from '../../kv/compare/bucketSide';
import type { Comparison } from '../../kv/compare/comparison';
import type { FollowState } from '../../kv/compare/followComparison';
import type { PairState } from '../../kv/compare/pairStates';
import type { SourceSideOptions } from '../../kv/compare/sourceSide';
import type { SortedRow } from '../../kv/keys/sortedLevel';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import type { FileSource } from '../../kv/transfer/source';

/** A side as people chose it. */
export type ComparedPart = ComparedBucket | ComparedFile;

export interface ComparedBucket extends BucketPart {
  readonly kind: 'bucket';
  readonly session: ConnectionSession;
}

/** An export, a folder of files, or another file with keys and values. */
export interface ComparedFile extends SourceSideOptions {
  readonly kind: 'file';
  /** Tells it from all others: its URI. */
  readonly id: string;
  readonly isFolder: boolean;
  readonly prefix: string;
  /** What reads it anew. */
  readonly source: () => FileSource;
}

/** What the Compare view shows. */
export interface Compared {
  readonly parts: readonly [left: ComparedPart, right: ComparedPart];
  readonly comparison: Comparison;
  readonly follow: FollowState;
  /** Whether a file of it was written since it was read. */
  readonly isWritten: boolean;
}

/** The states that have rows, in the order of the view. */
export const shownStates = [
  'different',
  'left',
  'right',
  'unreadable',
] as const satisfies readonly PairState[];
export type ShownState = (typeof shownStates)[number];

/** The rows of the Compare view. `id` is unique in the tree. */
export type CompareNode = CompareGroupNode | CompareFolderNode | CompareKeyNode | CompareMoreNode;

export interface CompareGroupNode {
  readonly kind: 'compareGroup';
  readonly id: string;
  readonly state: ShownState;
}

export interface CompareFolderNode {
  readonly kind: 'compareFolder';
  readonly id: string;
  readonly state: ShownState;
  readonly row: SortedRow;
}

export interface CompareKeyNode {
  readonly kind: 'compareKey';
  readonly id: string;
  readonly state: ShownState;
  readonly row: SortedRow;
}

/** The row that shows the next page of a level. */
export interface CompareMoreNode {
  readonly kind: 'compareMore';
  readonly id: string;
  readonly level: CompareGroupNode | CompareFolderNode;
  readonly shown: number;
  readonly total: number;
}
