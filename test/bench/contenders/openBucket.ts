import type { TreeNode } from '../../../src/views/buckets/rows/nodes';
import { sessionKeys } from '../../support/treeKeys';
import { bytesInUse, measureCpu, measureTurns } from '../../support/meters';
import { showTree, type ShownTree, whenShown } from '../shownTree';
import { type Contender, expectCount } from './measurement';

/**
 * Opens the row of a bucket in the real view, then the folder of 20,000 keys where there is one, then
 * the bucket as after the view was hidden. `firstMs`: until the first rows of keys are there; `ms`:
 * until all are, with their counts.
 */
export const openBucket: Contender = async ({ url, bucket, keys }) => {
  const { tree, row } = await showTree(url, bucket);
  const idle = bytesInUse();
  const rssBefore = process.memoryUsage.rss();
  const stalls = measureTurns();
  const cpu = measureCpu();
  const begun = performance.now();
  const first = whenShown(tree, () => tree.rows(row).some(isOfKeys));
  const all = whenShown(tree, () => tree.indexOf(row)?.state.current.kind === 'ready');
  await tree.open(row);
  const firstMs = (await first) - begun;
  const ms = (await all) - begun;
  const cpuMs = cpu();
  const stall = stalls();
  const rss = process.memoryUsage.rss() - rssBefore;
  const bytesPerKey = (bytesInUse() - idle) / keys;
  expectCount(tree.indexOf(row)?.count('') ?? 0, keys);
  const branch = tree.rows(row).find((node) => node.kind === 'folder' && node.start === 'sessions');
  const branchMs = branch ? await timeToOpen(tree, branch, sessionKeys) : NaN;
  tree.indexOf(row)?.levels.close();
  const againMs = await timeToOpen(tree, row);
  await tree.close();
  return { ms, cpuMs, firstMs, ...stall, rss, bytesPerKey, branchMs, againMs };
};

/** The milliseconds until the rows below a row are there; `total` are those of a level that is paged. */
async function timeToOpen(tree: ShownTree, row: TreeNode, total?: number): Promise<number> {
  const begun = performance.now();
  await tree.open(row);
  const ms = performance.now() - begun;
  const last = tree.rows(row).at(-1);
  if (total !== undefined) {
    expectCount(last?.kind === 'more' ? last.total : 0, total);
  }
  return ms;
}

function isOfKeys({ kind }: TreeNode): boolean {
  return kind === 'folder' || kind === 'key';
}
