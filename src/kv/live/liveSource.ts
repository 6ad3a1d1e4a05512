import type { ConnectionSession } from '../session/connectionSession';
import type { LiveChange } from './liveChange';
import type { LiveBookmark } from './liveState';

/** Where a watch gets its link: what a `ConnectionSession` offers of it. */
export type LiveSource = Pick<ConnectionSession, 'connect' | 'state' | 'onDidReplaceLink' | 'hold'>;

export interface LiveWatchOptions {
  /** Stands in every change. */
  readonly id: number;
  readonly now: () => number;
  /** Current values that are read at most; more are only counted. */
  readonly maxCurrent: number;
  /** Goes on from there instead of from the start that the spec asks for. */
  readonly bookmark?: LiveBookmark | undefined;
}

/** What a watch tells at once; `skipped` were found and not read, since they would not be kept. */
export interface LiveBatch {
  readonly changes: readonly LiveChange[];
  readonly skipped: number;
}
