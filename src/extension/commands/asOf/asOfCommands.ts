import * as vscode from 'vscode';
import { asOfKeys } from '../../../kv/asOf/asOfKeys';
import { listAsOf } from '../../../kv/asOf/listAsOf';
import { folderKeys, startOfKeys } from '../../../kv/keys/folderKeys';
import type { Connections } from '../../../kv/session/connections';
import type { Moment } from '../../../kv/model/moment';
import { momentText } from '../../../views/asOf/asOfItems';
import type { AsOfNode } from '../../../views/asOf/asOfNodes';
import type { AsOfView } from '../../../views/asOf/asOfView';
import type { TreeNode } from '../../../views/buckets/rows/nodes';
import { plainText } from '../../../views/shown/plainText';
import { commandIds, contextKeys, viewIds } from '../../contributions';
import { keyUri } from '../../documents/address/keyUri';
import { revisionUri } from '../../documents/address/revisionUri';
import type { PlanDocuments } from '../../plans/planDocuments';
import { inform, setContext } from '../../report';
import { environmentTitle } from '../environmentTitle';
import type { BucketPlace } from '../keys/transferKeys';
import { withPlanProgress } from '../planProgress';
import type { CommandsOf } from '../register';
import { pickBucket } from '../target';
import { waitingFor, type Waiting } from '../waiting';
import { askMoment } from './askMoment';
import { openRestorePlan } from './restorePlans';

export interface AsOfParts {
  readonly connections: Connections;
  readonly plans: PlanDocuments;
  /** The row of the tree that a command without one is about. */
  readonly selected: () => TreeNode | undefined;
  readonly view: AsOfView;
}

/** Some keys of a bucket. */
interface KeyScope {
  readonly place: BucketPlace;
  readonly name: string;
  readonly prefix: string;
  readonly filter: string;
  readonly matches: ((key: string) => boolean) | undefined;
}

/** Commands that look at a bucket as it was at a moment, and bring it back to one. */
export function asOfCommands(parts: AsOfParts): CommandsOf<'asOf'> {
  const { view } = parts;
  const on = (act: (scope: KeyScope) => Promise<void>) => async (node?: TreeNode) => {
    const row = node ?? parts.selected();
    const place = await pickBucket(parts.connections, row);
    if (place) {
      await act(scopeOf(place, row));
    }
  };
  const onKey =
    (act: (key: string) => Promise<void>) =>
    async (node: AsOfNode | undefined = view.selection[0]) => {
      if (node?.kind === 'asOfKey') {
        await act(node.row.path);
      }
    };
  return {
    [commandIds.bucketBrowseAsOf]: on((scope) => browse(view, scope)),
    [commandIds.bucketRestoreAsOf]: on((scope) => restore(parts, scope)),
    [commandIds.asOfOpen]: onKey((key) => open(view, key)),
    [commandIds.asOfCompare]: onKey((key) => compare(view, key)),
    [commandIds.asOfMore]: ({ id }: { readonly id: string }) => view.showMore(id),
    [commandIds.asOfRestore]: (node?: AsOfNode) => restoreShown(parts, node),
    [commandIds.asOfClose]: () => {
      view.close();
      setContext(contextKeys.hasAsOf, false);
    },
  };
}

/** A folder's keys where the row is one, else those of the whole bucket. */
function scopeOf(place: BucketPlace, row: TreeNode | undefined): KeyScope {
  if (row?.kind !== 'folder') {
    return { place, name: place.bucket, prefix: '', filter: '>', matches: undefined };
  }
  const prefix = row.separator === 'mixed' ? row.prefix : startOfKeys(row);
  return { place, name: `${place.bucket} › ${prefix}`, prefix, ...folderKeys(row) };
}

async function ask(scope: KeyScope, title: string) {
  const { session, bucket } = scope.place;
  const status = await (await session.connect()).bucketStatus(bucket);
  if (status.lastRevision === 0) {
    inform(vscode.l10n.t('Nothing was ever stored in {0}.', bucket));
    return undefined;
  }
  return askMoment(environmentTitle(session.config, title), status);
}

async function browse(view: AsOfView, scope: KeyScope): Promise<void> {
  const moment = await ask(scope, vscode.l10n.t('Browse {0} as of…', scope.name));
  if (!moment) {
    return;
  }
  await waitingFor((waiting) => browseAt(view, scope, moment, waiting));
}

async function browseAt(
  view: AsOfView,
  scope: KeyScope,
  moment: Moment,
  waiting: Waiting,
): Promise<void> {
  const { session, bucket } = scope.place;
  const keys = await withPlanProgress(
    vscode.l10n.t('Reading {0} as of {1}', scope.name, momentText(moment)),
    undefined,
    async (signal, tell) =>
      asOfKeys(
        await listAsOf(
          await session.connect(),
          bucket,
          { ...scope, moment },
          {
            signal,
            onProgress: ({ listed, read, total }) =>
              read === undefined ? tell(listed) : tell(read, total),
          },
        ),
      ),
  );
  const { prefix, filter, matches } = scope;
  view.show({ session, bucket, prefix: folderOf(prefix), filter, matches, moment, keys });
  setContext(contextKeys.hasAsOf, true);
  await waiting.show(viewIds.asOf);
}

/** What parts a folder from its keys is known only where all of them agree. */
function folderOf(prefix: string): string {
  return /[./]$/.test(prefix) ? prefix : '';
}

async function restore({ plans }: AsOfParts, scope: KeyScope): Promise<void> {
  const moment = await ask(scope, vscode.l10n.t('Restore {0} to This Moment…', scope.name));
  if (moment) {
    await openRestorePlan(plans, { ...scope, moment });
  }
}

/** What is in the view, or a row of it. */
async function restoreShown({ plans, view }: AsOfParts, node?: AsOfNode): Promise<void> {
  const { current } = view;
  if (!current) {
    return;
  }
  const { session, bucket, moment, filter, matches, prefix } = current;
  const place = { session, bucket };
  if (!node || node.kind === 'asOfMore') {
    const name = prefix === '' ? bucket : `${bucket} › ${prefix}`;
    await openRestorePlan(plans, { place, name, moment, filter, matches });
    return;
  }
  const { path } = node.row;
  const isKey = node.kind === 'asOfKey';
  await openRestorePlan(plans, {
    place,
    name: `${bucket} › ${path}`,
    moment,
    filter: isKey ? path : path.endsWith('.') ? `${path}>` : filter,
    matches: isKey ? undefined : (key) => key.startsWith(path),
  });
}

async function open(view: AsOfView, key: string): Promise<void> {
  const uri = thenUri(view, key);
  if (uri) {
    // The text editor, whatever file type the end of the key looks like.
    await vscode.commands.executeCommand('vscode.open', uri, { override: false });
  }
}

/** The value of then beside that of now. */
async function compare(view: AsOfView, key: string): Promise<void> {
  const { current } = view;
  const then = thenUri(view, key);
  if (then && current) {
    const { session, bucket, moment } = current;
    const now = keyUri({ connectionId: session.id, bucket, key });
    const title = vscode.l10n.t('{0}: {1} ↔ now', key, momentText(moment));
    await vscode.commands.executeCommand('vscode.diff', then, now, plainText(title));
  }
}

function thenUri({ current }: AsOfView, key: string): vscode.Uri | undefined {
  const revision = current?.keys.rowOf(key)?.row.then?.revision;
  return current && revision !== undefined
    ? revisionUri({ connectionId: current.session.id, bucket: current.bucket, key, revision })
    : undefined;
}
