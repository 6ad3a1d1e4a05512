import type { Connections } from '../../../kv/session/connections';
import type { BucketsView } from '../../../views/buckets/bucketsView';
import type { BucketNode, ConnectionNode, TreeNode } from '../../../views/buckets/rows/nodes';
import { commandIds } from '../../contributions';
import type { CommandsOf } from '../register';
import { pickBucket, pickSession } from '../target';

/** Commands that back buckets up and restore them; what does it is loaded when it is used. */
export function backupCommands(
  connections: Connections,
  view: Pick<BucketsView, 'reveal'>,
  selected: () => TreeNode | undefined,
): CommandsOf<'backup'> {
  return {
    [commandIds.bucketBackUp]: async (node?: BucketNode, rows: readonly TreeNode[] = []) => {
      const chosen = rows.filter((row) => row.kind === 'bucket');
      const picked =
        chosen.length > 0 ? undefined : await pickBucket(connections, node ?? selected());
      const places = picked ? [picked] : chosen;
      if (places.length > 0) {
        const { backUpBuckets } = await import('./backUpBuckets');
        await backUpBuckets(places);
      }
    },
    [commandIds.bucketRestore]: async (node?: ConnectionNode | BucketNode) => {
      const session = await pickSession(connections, node);
      if (session) {
        const { restoreBucket } = await import('./restoreBucket');
        await restoreBucket(session, (bucket) => view.reveal(bucket));
      }
    },
  };
}
