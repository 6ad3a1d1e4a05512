import type { MergeEditors } from '../../documents/editors/mergeEditors';
import type { PlanDocuments } from '../../plans/planDocuments';
import type { SyncFollower } from '../../sync/syncFollower';
import type { SyncPairs } from '../../sync/syncPairs';

/** What the commands that synchronise are about. */
export interface SyncCommandParts {
  readonly pairs: SyncPairs;
  readonly plans: PlanDocuments;
  readonly follower: SyncFollower;
  readonly merges: MergeEditors;
}
