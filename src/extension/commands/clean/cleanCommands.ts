import * as vscode from 'vscode';
import type { Connections } from '../../../kv/session/connections';
import type { BucketStatus } from '../../../kv/model/bucket';
import { whyNotCleaned } from '../../../kv/operations/bucketActions';
import type { DeletedEntries } from '../../../kv/operations/deletedEntries';
import type { TreeNode } from '../../../views/buckets/rows/nodes';
import { plainWindow } from '../../../views/shown/plainWindow';
import { commandIds } from '../../contributions';
import type { PlanDocuments } from '../../plans/planDocuments';
import { environmentTitle } from '../environmentTitle';
import type { BucketPlace } from '../keys/transferKeys';
import type { CommandsOf } from '../register';
import { pickBucket } from '../target';
import { promoteMirror, sealBucket, stepDownLeader } from './bucketActions';
import { openCleanPlan } from './cleanPlans';
import { openRemovalPlan } from './deleteBucket';
import { askClean, type CleanKind } from './cleanSteps';
import { inform } from '../../report';

export interface CleanParts {
  readonly connections: Connections;
  readonly plans: PlanDocuments;
  readonly deleted: DeletedEntries;
  /** The row of the tree that a command without one is about. */
  readonly selected: () => TreeNode | undefined;
}

/** Commands that clean buckets, and that change what they are for good. */
export function cleanCommands(parts: CleanParts): CommandsOf<'clean'> {
  const on = (act: (place: BucketPlace) => Promise<void>) => async (node?: TreeNode) => {
    const place = await pickBucket(parts.connections, node ?? parts.selected());
    if (place) {
      await act(place);
    }
  };
  return {
    [commandIds.bucketClean]: on((place) => clean(parts, place)),
    [commandIds.bucketDelete]: on((place) => openRemovalPlan(parts.plans, place)),
    [commandIds.bucketPromote]: on(promoteMirror),
    [commandIds.bucketSeal]: on(sealBucket),
    [commandIds.bucketStepDown]: on(stepDownLeader),
  };
}

interface Way extends vscode.QuickPickItem {
  readonly way: CleanKind | 'deleteBucket';
}

/** Asks how, and shows what would go; nothing is changed before the plan is carried out. */
async function clean(parts: CleanParts, place: BucketPlace): Promise<void> {
  const { session, bucket } = place;
  const status = await (await session.connect()).bucketStatus(bucket);
  const ways = waysFor(status);
  if (ways.length === 0) {
    inform(vscode.l10n.t('Nothing to clean: {0}.', whyNotCleaned(status, 'delete') ?? ''));
    return;
  }
  const plain = vscode.l10n.t('Clean {0} on {1}', bucket, session.name);
  const title = environmentTitle(session.config, plain);
  const placeHolder = vscode.l10n.t('What would go is shown first');
  const chosen = await plainWindow.showQuickPick(ways, { title, placeHolder });
  if (chosen?.way === 'deleteBucket') {
    await openRemovalPlan(parts.plans, place);
    return;
  }
  const asked = chosen && (await askClean(chosen.way, title));
  if (asked) {
    await openCleanPlan(parts, place, asked);
  }
}

/** What the bucket and its server let one do. */
function waysFor(status: BucketStatus): readonly Way[] {
  const { t } = vscode.l10n;
  const all: readonly (Way & { readonly act: 'delete' | 'purge' | 'trim' | undefined })[] = [
    {
      way: 'pattern',
      act: 'delete',
      label: t('Delete by Pattern…'),
      detail: t('Keys such as orders.eu.>'),
    },
    {
      way: 'query',
      act: 'delete',
      label: t('Delete by Query…'),
      detail: t('Keys by value, age or size, such as value.status == "done" and age > 30d'),
    },
    {
      way: 'compact',
      act: 'trim',
      label: t('Compact…'),
      detail: t('Markers of deleted, purged and expired keys'),
    },
    {
      way: 'trim',
      act: 'trim',
      label: t('Trim History…'),
      detail: t('All but the last revisions of each key'),
    },
    {
      way: 'purgeAll',
      act: 'purge',
      label: t('Purge All Keys…'),
      detail: t('Every value with its history'),
    },
    {
      way: 'deleteBucket',
      act: undefined,
      label: t('Delete Bucket…'),
      detail: t('The bucket with all that is in it'),
    },
  ];
  return all.filter(({ act }) => act === undefined || whyNotCleaned(status, act) === undefined);
}
