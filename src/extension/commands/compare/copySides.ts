import * as vscode from 'vscode';
import {
  planCopy,
  runCopy,
  undoCopy,
  type CopyDirection,
  type CopyPlan,
  type CopyRun,
} from '../../../kv/compare/copyPlan';
import type { BulkResult } from '../../../kv/operations/bulkResult';
import { whyNotWritten } from '../../../kv/operations/bucketActions';
import { KvError } from '../../../kv/model/errors';
import { partText } from '../../../views/compare/compareItems';
import type { Compared, ComparedBucket } from '../../../views/compare/compareNodes';
import { bulkReportText } from '../../../views/plan/bulkReportText';
import {
  copyAction,
  copyConsequences,
  copyPlanText,
  copyTitle,
} from '../../../views/plan/copyPlanText';
import type { PlanDocuments, PlanReport } from '../../plans/planDocuments';
import { writeHeaders } from '../../writeHeaders';
import { inform } from '../../report';
import { confirmDestructive, confirmInProduction } from '../confirmDestructive';
import { maxPerSecond, planRate, withPlanProgress } from '../planProgress';

/** Shows what would make keys of one side what they are on the other, as a plan that can be carried out. */
export async function openCopyPlan(
  plans: PlanDocuments,
  compared: Compared,
  keys: readonly string[],
  direction: CopyDirection,
): Promise<void> {
  const { parts, comparison } = compared;
  const [from, to] = [parts[direction.from], parts[direction.to]];
  if (to.kind === 'file') {
    inform(
      vscode.l10n.t(
        '{0} is compared, never written: Compare writes to buckets only. Export… writes files.',
        to.name,
      ),
    );
    return;
  }
  const plan = planCopy(comparison, keys, direction);
  const connection = await to.session.connect();
  const status = await connection.bucketStatus(to.bucket);
  const problem = whyNotWritten(status);
  if (problem !== undefined) {
    throw new KvError('unsupported', problem);
  }
  const { history } = status;
  const title = copyTitle(plan, partText(to));
  const context = {
    title,
    from: partText(from),
    to: partText(to),
    perSecond: maxPerSecond(),
    history,
  };
  await plans.open({
    name: vscode.l10n.t('Copy to {0}', to.bucket),
    text: copyPlanText(plan, context),
    action: plan.targets.count === 0 ? undefined : copyAction(plan),
    carryOut: () => carryOut({ plan, title, history, from: partText(from), to }),
  });
}

/** A copy that is about to be carried out, or that was. */
interface Copying {
  readonly plan: CopyPlan;
  readonly title: string;
  /** Revisions of a key that the target keeps. */
  readonly history: number;
  readonly from: string;
  readonly to: ComparedBucket;
}

/** Undefined when the user thought better of it. */
async function carryOut(copying: Copying): Promise<PlanReport | undefined> {
  const { plan, title, history, to } = copying;
  const { session, bucket } = to;
  const action = copyAction(plan);
  const isMeant = await confirmDestructive({
    session,
    bucket,
    question: vscode.l10n.t('{0} to {1} on {2}?', action, bucket, session.name),
    detail: copyConsequences(copying).join(' '),
    action,
  });
  if (!isMeant) {
    return undefined;
  }
  const result = await run(copying, title, plan.targets.count, runCopy);
  const isKept = history > 1 || plan.replaces + plan.deletes === 0;
  return {
    text: bulkReportText(title, result, aboutOf(copying)),
    undo: isKept && result.hasMarkers ? () => undo(copying, result) : undefined,
  };
}

async function undo(copying: Copying, done: BulkResult): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const { count } = done.done;
  if (!(await confirmInProduction(copying.to, count, t('Restore')))) {
    return undefined;
  }
  const title = t('Undo: {0}', copying.title);
  const result = await run(copying, title, count, (plan, options) =>
    undoCopy({ plan, result: done }, options),
  );
  return bulkReportText(title, result, aboutOf(copying));
}

/** Writes with progress, over the link that there is by now: that of the comparison may have been given up. */
async function run(
  { plan, to }: Copying,
  title: string,
  count: number,
  write: (plan: CopyPlan, options: CopyRun) => Promise<BulkResult>,
): Promise<BulkResult> {
  const connection = await to.session.connect();
  const present = { ...plan, target: { ...plan.target, connection } };
  return withPlanProgress(
    title,
    count,
    (signal, onProgress) =>
      write(present, { signal, rate: planRate(), headers: writeHeaders(), onProgress }),
    connection.state,
  );
}

function aboutOf({ from, to }: Copying): string[] {
  const { t } = vscode.l10n;
  return [t('From {0}.', from), t('To {0}.', partText(to))];
}
