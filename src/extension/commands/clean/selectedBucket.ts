import type * as vscode from 'vscode';
import type { Disposable } from '../../../kv/base/event';
import type { TreeNode } from '../../../views/buckets/rows/nodes';
import { contextKeys } from '../../contributions';
import { setContext } from '../../report';

export interface SelectedBucket extends Disposable {
  /** The row of a bucket, or of something in one; undefined when none is selected. */
  readonly current: TreeNode | undefined;
}

/** Follows whether something of a bucket is selected: commands on buckets have one then. */
export function followSelectedBucket(
  view: Pick<vscode.TreeView<TreeNode>, 'selection' | 'onDidChangeSelection'>,
): SelectedBucket {
  const selected = () => view.selection.find((row) => 'bucket' in row);
  const following = view.onDidChangeSelection(() => {
    setContext(contextKeys.hasBucket, selected() !== undefined);
  });
  return {
    get current() {
      return selected();
    },
    dispose: () => void following.dispose(),
  };
}
