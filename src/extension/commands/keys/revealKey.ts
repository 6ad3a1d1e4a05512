import { until } from '../../../kv/base/until';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { BucketsView } from '../../../views/buckets/bucketsView';
import { keyNode } from '../../../views/buckets/rows/nodes';

/** How long a key that was just written may take to come up in its bucket's index. */
const timeLimitMs = 2_000;

/** Selects a key in the tree once its bucket's index has it, if the tree is in view. */
export async function revealKey(
  view: BucketsView,
  session: ConnectionSession,
  bucket: string,
  key: string,
): Promise<void> {
  const index = session.knownIndex(bucket);
  if (!view.view.visible || !index) {
    return;
  }
  await until(() => index.get(key) !== undefined, [index.onDidChange], { timeoutMs: timeLimitMs });
  if (index.get(key)) {
    await view.reveal(keyNode(session, bucket, key));
  }
}
