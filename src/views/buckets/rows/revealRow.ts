import type { TreeView } from 'vscode';
import { DisposableStore, type Event } from '../../../kv/base/event';
import type { TreeNode } from './nodes';

/** What of a tree view takes part. */
export type RevealingView = Pick<
  TreeView<TreeNode>,
  'reveal' | 'selection' | 'visible' | 'onDidChangeSelection'
>;

const mostAttempts = 16;
const betweenAttemptsMs = 250;

/**
 * Selects a row as soon as VS Code knows it. VS Code refuses a row that has come up since it read the
 * level, and drops a request whose rows are read again meanwhile: it is made again until the row is
 * selected, the user has selected another one or left the view, or some seconds have passed. Returns
 * whether it is selected; that it is not is no failure of what the row came from.
 */
export async function revealRow(
  view: RevealingView,
  node: TreeNode,
  onDidRead: Event<void>,
): Promise<boolean> {
  const isSelected = (): boolean => view.selection.some(({ id }) => id === node.id);
  const before = idsOf(view);
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const news = nextNews(view, onDidRead);
    try {
      await view.reveal(node, { select: true, focus: false });
    } catch {
      // Refused: the row is not among those that were read. It may be after the next reading.
    }
    if (!isSelected()) {
      await news.arrived;
    }
    news.stop();
    const ids = idsOf(view);
    if (isSelected() || !view.visible || (ids !== '' && ids !== before)) {
      break;
    }
  }
  return isSelected();
}

function idsOf({ selection }: RevealingView): string {
  return selection.map(({ id }) => id).join('\n');
}

/** Resolves when rows are read or selected, or after a moment without either. */
function nextNews(view: RevealingView, onDidRead: Event<void>) {
  const store = new DisposableStore();
  const arrived = new Promise<void>((resolve) => {
    store.add(onDidRead(() => resolve()));
    store.add(view.onDidChangeSelection(() => resolve()));
    const timer = setTimeout(resolve, betweenAttemptsMs);
    store.add({ dispose: () => clearTimeout(timer) });
  });
  return { arrived, stop: () => store.dispose() };
}
