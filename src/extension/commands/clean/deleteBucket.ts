import * as vscode from 'vscode';
import { planRemoval, type RemovalPlan } from '../../../kv/clean/planRemoval';
import { environmentLabel } from '../../../views/buckets/rows/productionMark';
import { changeReportText } from '../../../views/config/changePlanText';
import {
  removalConsequences,
  removalPlanText,
  removalTitle,
} from '../../../views/plan/removalPlanText';
import type { PlanDocuments } from '../../plans/planDocuments';
import { confirmDestructive, refusesWrites } from '../confirmDestructive';
import type { BucketPlace } from '../keys/transferKeys';
import { withPlanProgress } from '../planProgress';

/** Shows what goes with a bucket as a document, which can be carried out once its name was typed. */
export async function openRemovalPlan(plans: PlanDocuments, place: BucketPlace): Promise<void> {
  const { session, bucket } = place;
  if (await refusesWrites(session)) {
    return;
  }
  const { t } = vscode.l10n;
  const finding = t('Finding what goes with {0}', bucket);
  const plan = await withPlanProgress(finding, undefined, async (signal) =>
    planRemoval(await session.connect(), bucket, { signal }),
  );
  const label = environmentLabel(session.config);
  const shown = [bucket, session.name, ...(label === undefined ? [] : [label])].join(' · ');
  await plans.open({
    name: removalTitle(bucket),
    text: removalPlanText(plan, shown, Date.now()),
    action: t('Delete Bucket {0}', bucket),
    carryOut: () => carryOut(place, plan, shown),
  });
}

/** Undefined when the user thought better of it. */
async function carryOut(
  { session, bucket }: BucketPlace,
  plan: RemovalPlan,
  shown: string,
): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const isMeant = await confirmDestructive({
    session,
    bucket,
    question: t('Delete Bucket {0} on {1}?', bucket, session.name),
    detail: removalConsequences(plan).join(' '),
    action: t('Delete'),
    typed: true,
  });
  if (!isMeant) {
    return undefined;
  }
  const connection = await session.connect();
  await connection.deleteBucket(bucket, { bucketCreated: plan.status?.created });
  session.expectGone(bucket);
  await session.loadBuckets();
  return changeReportText(removalTitle(bucket), [t('Done: deleted {0}.', shown)]);
}
