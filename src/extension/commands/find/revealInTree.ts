import * as vscode from 'vscode';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { until } from '../../../kv/base/until';
import type { KeyScope } from '../../../kv/keys/indexState';
import type { KeyIndex } from '../../../kv/session/keyIndex';
import type { BucketsView } from '../../../views/buckets/bucketsView';
import { keyNode } from '../../../views/buckets/rows/nodes';
import { scopeOfFilter } from '../../../views/buckets/keys/keyRows';
import { viewIds } from '../../contributions';
import type { KeyFilters } from '../../find/keyFilters';
import { plainWindow } from '../../../views/shown/plainWindow';
import { inform } from '../../report';

interface KeyPlace {
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly key: string;
}

/**
 * Selects a key in the tree, listing its bucket first where needed, with progress in the view. Where a
 * filter hides the key, it offers to clear it.
 */
export async function revealInTree(
  view: BucketsView,
  filters: KeyFilters,
  place: KeyPlace,
): Promise<void> {
  const { session, bucket, key } = place;
  const name = { connectionId: session.id, bucket };
  if (filters.get(name)?.matches(key) === false) {
    const clear = vscode.l10n.t('Clear Filter');
    const hidden = vscode.l10n.t('The filter of {0} hides {1}.', bucket, key);
    if ((await plainWindow.showInformationMessage(hidden, clear)) !== clear) {
      return;
    }
    await filters.clear(name);
  }
  await vscode.commands.executeCommand(`${viewIds.buckets}.focus`);
  const filter = filters.get(name);
  const scope = filter && scopeOfFilter(filter);
  const index = await plainWindow.withProgress({ location: { viewId: viewIds.buckets } }, () =>
    indexWith(place, scope),
  );
  if (index?.get(key)) {
    await view.reveal(keyNode(session, bucket, key));
    return;
  }
  inform(
    index?.state.current.kind === 'ready'
      ? vscode.l10n.t('{0} is not in {1}: it was deleted or has expired.', key, bucket)
      : vscode.l10n.t('{0} was not found, as not all keys of {1} are listed.', key, bucket),
  );
}

/** The index of the bucket once it has the key, or has ended its listing without. */
async function indexWith(
  { session, bucket, key }: KeyPlace,
  scope: KeyScope | undefined,
): Promise<KeyIndex | undefined> {
  await session.connect();
  if (session.buckets.current.kind !== 'loaded') {
    await session.loadBuckets();
  }
  const index = session.index(bucket, scope);
  if (!index) {
    return undefined;
  }
  index.open();
  // A link that is replaced takes its indexes with it, and no more is heard of them.
  let isReplaced = false;
  const replaced = session.onDidReplaceLink(() => (isReplaced = true));
  const isEnded = () => isReplaced || !['idle', 'listing'].includes(index.state.current.kind);
  await until(
    () => isEnded() || index.get(key) !== undefined,
    [index.state.onDidChange, session.onDidReplaceLink],
  );
  replaced.dispose();
  const { current } = index.state;
  if (current.kind === 'failed') {
    throw current.error;
  }
  return index;
}
