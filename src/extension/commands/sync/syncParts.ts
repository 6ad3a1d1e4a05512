import type { MergeEditors } from '../../documents/editors/mergeEditors';
import type { PlanDocuments } from '../../plans/planDocuments';
import type { SyncedFolders } from '../../sync/syncedFolders';
import type { SyncPairs } from '../../sync/syncPairs';

/** What the commands that synchronise are about. */
export interface SyncCommandParts {
  readonly pairs: SyncPairs;
  readonly plans: PlanDocuments;
  /** Loaded when it is needed. */
  readonly synced: () => Promise<SyncedFolders>;
  readonly merges: MergeEditors;
}
