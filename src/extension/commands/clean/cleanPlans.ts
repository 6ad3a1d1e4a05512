import * as vscode from 'vscode';
import { actOf, canBeUndone } from '../../../kv/clean/cleanRequest';
import type { BulkResult } from '../../../kv/operations/bulkResult';
import { planClean, type CleanPlan } from '../../../kv/clean/planClean';
import { runClean, undoClean } from '../../../kv/clean/runClean';
import type { DeletedEntries } from '../../../kv/operations/deletedEntries';
import { environmentLabel } from '../../../views/buckets/rows/productionMark';
import { formatCount } from '../../../views/format/format';
import {
  cleanConsequences,
  cleanPlanText,
  cleanTitle,
  type CleanContext,
} from '../../../views/plan/cleanPlanText';
import { bulkReportText } from '../../../views/plan/bulkReportText';
import type { PlanDocuments, PlanReport } from '../../plans/planDocuments';
import { writeHeaders } from '../../writeHeaders';
import { confirmDestructive, confirmInProduction } from '../confirmDestructive';
import type { BucketPlace } from '../keys/transferKeys';
import { maxPerSecond, planRate, withPlanProgress } from '../planProgress';
import type { AskedClean } from './cleanSteps';

interface Parts {
  readonly plans: PlanDocuments;
  readonly deleted: DeletedEntries;
}

/** What one plan is about. */
interface Cleaning extends AskedClean {
  readonly place: BucketPlace;
  readonly deleted: DeletedEntries;
}

/** Finds out what would go, with progress, and shows it as a document that can be carried out. */
export async function openCleanPlan(
  { plans, deleted }: Parts,
  place: BucketPlace,
  asked: AskedClean,
): Promise<void> {
  const { session, bucket } = place;
  const { request, condition } = asked;
  const title = vscode.l10n.t('Finding what would go of {0}', bucket);
  const plan = await withPlanProgress(title, undefined, async (signal, tell) =>
    planClean(await session.connect(), bucket, request, {
      signal,
      onProgress: ({ found, read, total }) =>
        read === undefined ? tell(found) : tell(read, total),
    }),
  );
  const cleaning = { ...asked, place, deleted };
  await plans.open({
    name: vscode.l10n.t('Clean {0}', bucket),
    text: cleanPlanText(plan, contextOf(place, condition)),
    action: plan.targets.count === 0 ? undefined : actionOf(plan),
    carryOut: () => carryOut(cleaning, plan),
  });
}

function contextOf({ session, bucket }: BucketPlace, condition: string): CleanContext {
  const label = environmentLabel(session.config);
  const place = [bucket, session.name, ...(label === undefined ? [] : [label])].join(' · ');
  return { place, condition, perSecond: maxPerSecond(), now: Date.now() };
}

/** The button, which tells how many keys it is about. */
function actionOf({ request, targets }: CleanPlan): string {
  const { t } = vscode.l10n;
  const count = formatCount(targets.count);
  switch (request.kind) {
    case 'compact':
      return targets.count === 1 ? t('Remove 1 Marker') : t('Remove {0} Markers', count);
    case 'purgeAll':
      return targets.count === 1 ? t('Purge 1 Key') : t('Purge {0} Keys', count);
    case 'trim':
      return targets.count === 1 ? t('Trim 1 Key') : t('Trim {0} Keys', count);
    case 'delete':
      return targets.count === 1 ? t('Delete 1 Key') : t('Delete {0} Keys', count);
  }
}

/** Undefined when the user thought better of it. */
async function carryOut(cleaning: Cleaning, plan: CleanPlan): Promise<PlanReport | undefined> {
  const { place, deleted, request, condition } = cleaning;
  const { session, bucket } = place;
  if (!(await isMeant(place, plan))) {
    return undefined;
  }
  const title = cleanTitle(request, bucket, condition);
  // The link of the dry run may have been given up meanwhile.
  const present = { ...plan, connection: await session.connect() };
  const result = await withPlanProgress(
    title,
    plan.targets.count,
    (signal, onProgress) => runClean(present, { signal, rate: planRate(), onProgress }),
    present.connection.state,
  );
  if (actOf(request) === 'purge' && result.done.count > 0) {
    deleted.forgetBucket(session.id, bucket);
  }
  const isUndoable = canBeUndone(request, plan.status) && result.hasMarkers;
  return {
    text: bulkReportText(title, result, aboutOf(cleaning, isUndoable)),
    undo: isUndoable ? () => undo(cleaning, { plan, result }) : undefined,
  };
}

/**
 * A confirmation that fits the danger: a button for what can be brought back, and for markers; the
 * bucket's name where values go for good, and in production.
 */
function isMeant({ session, bucket }: BucketPlace, plan: CleanPlan): Promise<boolean> {
  const { request, status } = plan;
  const action = actionOf(plan);
  const values =
    request.kind === 'purgeAll' || request.kind === 'trim' || request.kind === 'delete';
  return confirmDestructive({
    session,
    bucket,
    question: vscode.l10n.t('{0} in {1} on {2}?', action, bucket, session.name),
    detail: cleanConsequences(plan).join(' '),
    action,
    typed: values && !canBeUndone(request, status),
  });
}

async function undo(
  cleaning: Cleaning,
  done: { readonly plan: CleanPlan; readonly result: BulkResult },
): Promise<string | undefined> {
  const { place, request, condition } = cleaning;
  const { session, bucket } = place;
  const count = done.result.done.count;
  if (!(await confirmInProduction(place, count, vscode.l10n.t('Restore')))) {
    return undefined;
  }
  const what = cleanTitle(request, bucket, condition);
  const title = vscode.l10n.t('Undo: {0}', what);
  const plan = { ...done.plan, connection: await session.connect() };
  const result = await withPlanProgress(
    title,
    count,
    (signal, onProgress) =>
      undoClean(
        { plan, result: done.result },
        { signal, rate: planRate(), headers: writeHeaders(), onProgress },
      ),
    plan.connection.state,
  );
  return bulkReportText(title, result, aboutOf(cleaning, false));
}

function aboutOf({ place, condition }: Cleaning, isUndoable: boolean): string[] {
  const { t } = vscode.l10n;
  return [
    t('In {0}.', contextOf(place, condition).place),
    ...(isUndoable
      ? [
          t('Undo brings the values back that the history still has, where nobody wrote since.'),
          t('Show Report That Can Be Undone finds it again once this is closed.'),
        ]
      : []),
  ];
}
