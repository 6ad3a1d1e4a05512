import * as vscode from 'vscode';
import type { AsOfQuery } from '../../../kv/asOf/listAsOf';
import { planRestore, type RestorePlan } from '../../../kv/asOf/planRestore';
import { runRestore, undoRestore } from '../../../kv/asOf/runRestore';
import type { BulkResult } from '../../../kv/operations/bulkResult';
import { momentText } from '../../../views/asOf/asOfItems';
import { placeOf } from '../../../views/buckets/rows/productionMark';
import { formatCount } from '../../../views/format/format';
import { bulkReportText } from '../../../views/plan/bulkReportText';
import {
  restoreConsequences,
  restorePlanText,
  type RestoreContext,
} from '../../../views/plan/restorePlanText';
import type { PlanDocuments, PlanReport } from '../../plans/planDocuments';
import { writeHeaders } from '../../writeHeaders';
import { confirmDestructive, confirmInProduction } from '../confirmDestructive';
import type { BucketPlace } from '../keys/transferKeys';
import { maxPerSecond, planRate, withPlanProgress } from '../planProgress';

/** Which keys of a bucket are brought back to which moment. */
export interface RestoreScope extends AsOfQuery {
  readonly place: BucketPlace;
  /** `orders`, or `orders › eu.` for some of its keys. */
  readonly name: string;
}

/** Finds out what would change, with progress, and shows it as a document that can be carried out. */
export async function openRestorePlan(plans: PlanDocuments, scope: RestoreScope): Promise<void> {
  const { place, name } = scope;
  const { session, bucket } = place;
  const context = contextOf(scope);
  const plan = await withPlanProgress(
    vscode.l10n.t('Reading {0} as of {1}', name, momentText(scope.moment)),
    undefined,
    async (signal, tell) =>
      planRestore(await session.connect(), bucket, scope, {
        signal,
        onProgress: ({ listed, read, total }) =>
          read === undefined ? tell(listed) : tell(read, total),
      }),
  );
  await plans.open({
    name: vscode.l10n.t('Restore {0}', name),
    text: restorePlanText(plan, context),
    action: plan.targets.count === 0 ? undefined : actionOf(plan),
    carryOut: () => carryOut(scope, plan),
  });
}

function contextOf({ place: { session, bucket }, name, moment }: RestoreScope): RestoreContext {
  return {
    title: vscode.l10n.t('Restore {0} to {1}', name, momentText(moment)),
    place: `${bucket} · ${placeOf(session.config)}`,
    perSecond: maxPerSecond(),
    now: Date.now(),
  };
}

function actionOf({ targets }: RestorePlan): string {
  const { t } = vscode.l10n;
  return targets.count === 1
    ? t('Restore 1 Key')
    : t('Restore {0} Keys', formatCount(targets.count));
}

/** Undefined when the user thought better of it. */
async function carryOut(scope: RestoreScope, plan: RestorePlan): Promise<PlanReport | undefined> {
  const { session, bucket } = scope.place;
  const action = actionOf(plan);
  const isMeant = await confirmDestructive({
    session,
    bucket,
    question: vscode.l10n.t('{0} in {1} on {2}?', action, bucket, session.name),
    detail: restoreConsequences(plan).join(' '),
    action,
    typed: plan.status.history === 1,
  });
  if (!isMeant) {
    return undefined;
  }
  const { title } = contextOf(scope);
  // The link of the dry run may have been given up meanwhile.
  const present = { ...plan, connection: await session.connect() };
  const result = await withPlanProgress(
    title,
    plan.targets.count,
    (signal, onProgress) =>
      runRestore(present, { signal, rate: planRate(), headers: writeHeaders(), onProgress }),
    present.connection.state,
  );
  const isUndoable = plan.status.history !== 1 && result.hasMarkers;
  return {
    text: bulkReportText(title, result, aboutOf(scope)),
    undo: isUndoable ? () => undo(scope, { plan, result }) : undefined,
  };
}

async function undo(
  scope: RestoreScope,
  done: { readonly plan: RestorePlan; readonly result: BulkResult },
): Promise<string | undefined> {
  const { place } = scope;
  const count = done.result.done.count;
  if (!(await confirmInProduction(place, count, vscode.l10n.t('Restore')))) {
    return undefined;
  }
  const title = vscode.l10n.t('Undo: {0}', contextOf(scope).title);
  const plan = { ...done.plan, connection: await place.session.connect() };
  const result = await withPlanProgress(
    title,
    count,
    (signal, onProgress) =>
      undoRestore(
        { plan, result: done.result },
        { signal, rate: planRate(), headers: writeHeaders(), onProgress },
      ),
    plan.connection.state,
  );
  return bulkReportText(title, result, aboutOf(scope));
}

function aboutOf(scope: RestoreScope): string[] {
  return [vscode.l10n.t('In {0}.', contextOf(scope).place)];
}
