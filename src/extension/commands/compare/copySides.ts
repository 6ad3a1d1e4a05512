import * as vscode from 'vscode';
import { planCopy, runCopy, type CopyDirection, type CopyPlan } from '../../../kv/compare/copyPlan';
import { whyNotWritten } from '../../../kv/operations/bucketActions';
import { KvError } from '../../../kv/model/errors';
import { partText } from '../../../views/compare/compareItems';
import type { Compared } from '../../../views/compare/compareNodes';
import { bulkReportText } from '../../../views/plan/bulkReportText';
import {
  copyAction,
  copyConsequences,
  copyPlanText,
  copyTitle,
} from '../../../views/plan/copyPlanText';
import type { PlanDocuments } from '../../plans/planDocuments';
import { writeHeaders } from '../../writeHeaders';
import { confirmDestructive } from '../confirmDestructive';
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
    carryOut: () => carryOut(compared, plan, { title, history, direction }),
  });
}

/** Undefined when the user thought better of it. */
async function carryOut(
  { parts }: Compared,
  plan: CopyPlan,
  of: { readonly title: string; readonly history: number; readonly direction: CopyDirection },
): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const { title, direction } = of;
  const { session, bucket } = parts[direction.to];
  const action = copyAction(plan);
  const isMeant = await confirmDestructive({
    session,
    bucket,
    question: t('{0} to {1} on {2}?', action, bucket, session.name),
    detail: copyConsequences(of).join(' '),
    action,
  });
  if (!isMeant) {
    return undefined;
  }
  // The link of the comparison may have been given up meanwhile.
  const connection = await session.connect();
  const present = { ...plan, target: { ...plan.target, connection } };
  const result = await withPlanProgress(
    title,
    plan.targets.count,
    (signal, onProgress) =>
      runCopy(present, { signal, rate: planRate(), headers: writeHeaders(), onProgress }),
    connection.state,
  );
  return bulkReportText(title, result, [
    t('From {0}.', partText(parts[direction.from])),
    t('To {0}.', partText(parts[direction.to])),
  ]);
}
