import type { BucketsView } from '../../../views/buckets/bucketsView';
import type { MoreNode } from '../../../views/buckets/rows/nodes';
import { commandIds } from '../../contributions';
import type { CommandMap } from '../register';

/** Commands on the Buckets view itself. */
export function viewCommands(view: BucketsView, readContexts: () => Promise<void>): CommandMap {
  return {
    [commandIds.viewRefresh]: () => {
      view.refresh();
      return readContexts();
    },
    [commandIds.viewLoadMore]: (node: MoreNode) => view.loadMore(node),
  };
}
