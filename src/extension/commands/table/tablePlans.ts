import * as vscode from 'vscode';
import { isProduction } from '../../../kv/model/connectionConfig';
import type { KvConnection } from '../../../kv/model/kvConnection';
import { copyNameOf, usualCopyName, type CopyName } from '../../../kv/table/copyName';
import {
  fitsBatch,
  runTableChanges,
  undoOf,
  type TableRunResult,
} from '../../../kv/table/runTableChanges';
import type { TableChange } from '../../../kv/table/tableChanges';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { placeOf } from '../../../views/buckets/rows/productionMark';
import { keysText } from '../../../views/format/format';
import { bulkReportText } from '../../../views/plan/bulkReportText';
import { tablePlanText, type TableWay } from '../../../views/plan/tablePlanText';
import { plainWindow } from '../../../views/shown/plainWindow';
import type { TablePlanRequest } from '../../../views/table/tableWork';
import { atomicOf } from '../../manyKeys/serverFacts';
import type { PlanDocuments, PlanReport } from '../../plans/planDocuments';
import { confirmDestructive, confirmInProduction, refusesWrites } from '../confirmDestructive';
import { planRate, withPlanProgress } from '../planProgress';

/** Asks what the copies of keys are to be called; undefined when the user thought better of it. */
export async function askCopyName(keys: readonly string[]): Promise<CopyName | undefined> {
  const [only = ''] = keys;
  const typed = await plainWindow.showInputBox({
    title: vscode.l10n.t('Duplicate {0}', keys.length === 1 ? only : keysText(keys.length)),
    prompt: vscode.l10n.t('What the new keys are called; {0} stands for the key', '{key}'),
    value: usualCopyName,
    validateInput: (text) =>
      copyNameOf(text) ? undefined : vscode.l10n.t('{0} and something else is expected.', '{key}'),
  });
  return typed === undefined ? undefined : copyNameOf(typed);
}

interface Work extends TablePlanRequest {
  readonly session: ConnectionSession;
  readonly title: string;
  readonly action: string;
  readonly way: TableWay;
}

/** Shows what would be done to several rows, as a document that can be carried out. */
export async function openTablePlan(
  plans: PlanDocuments,
  session: ConnectionSession,
  request: TablePlanRequest,
): Promise<void> {
  if (await refusesWrites(session)) {
    return;
  }
  const { bucket, changes, left, does } = request;
  const way = await wayOf(await session.connect(), bucket, changes.length);
  const action = actionOf(does, changes.length);
  const title = vscode.l10n.t('{0} in {1} on {2}', action, bucket, placeOf(session.config));
  const work: Work = { ...request, session, title, action, way };
  await plans.open({
    name: title,
    text: tablePlanText({ title, way, changes, left }),
    action: changes.length === 0 ? undefined : action,
    carryOut: () => carryOut(work),
  });
}

async function wayOf(connection: KvConnection, bucket: string, count: number): Promise<TableWay> {
  if (count < 2 || (await atomicOf(connection, bucket)) !== 'on') {
    return 'each';
  }
  return fitsBatch(count) ? 'one' : 'tooMany';
}

function actionOf(does: TablePlanRequest['does'], count: number): string {
  const { t } = vscode.l10n;
  const keys = keysText(count);
  switch (does) {
    case 'set':
      return t('Change {0}', keys);
    case 'fill':
      return t('Fill {0}', keys);
    case 'paste':
      return t('Paste into {0}', keys);
    case 'delete':
      return t('Delete {0}', keys);
    case 'duplicate':
      return t('Create {0}', keys);
  }
}

/** Undefined when the user thought better of it. */
async function carryOut(work: Work): Promise<PlanReport | undefined> {
  if (!(await isMeant(work))) {
    return undefined;
  }
  const { changes, title } = work;
  const isAtomic = work.way === 'one' && fitsBatch(changes.length);
  const ran = await run(work, title, changes, isAtomic);
  work.ran(changes, ran.outcomes);
  const { result } = ran;
  const isUndoable = result.done.count > 0;
  return {
    text: bulkReportText(title, result, aboutOf(isUndoable)),
    undo: isUndoable ? () => undo(work, ran) : undefined,
  };
}

/** The plan was read: it is asked once more where values go, and in production. */
async function isMeant({ session, bucket, does, changes, title, action }: Work): Promise<boolean> {
  if (await refusesWrites(session)) {
    return false;
  }
  if (does !== 'delete' || !isProduction(session.config)) {
    return confirmInProduction({ session, bucket }, changes.length, action);
  }
  const detail = vscode.l10n.t('Undo puts them back as long as nobody writes them.');
  return confirmDestructive({ session, bucket, question: `${title}?`, detail, action });
}

/** Undefined when the user thought better of it. */
async function undo(work: Work, ran: TableRunResult): Promise<string | undefined> {
  const { session, bucket, changes } = work;
  const action = vscode.l10n.t('Undo');
  const count = ran.result.done.count;
  if (
    (await refusesWrites(session)) ||
    !(await confirmInProduction({ session, bucket }, count, action))
  ) {
    return undefined;
  }
  const before = new Map(changes.map((each) => [each.change.key, each.before]));
  const back = undoOf(changes, ran.outcomes, (key) => before.get(key));
  const title = vscode.l10n.t('Undo: {0}', work.title);
  // One that was written since is no reason to leave the others.
  const { result } = await run(work, title, back, false);
  return bulkReportText(title, result, aboutOf(false));
}

/** The link of the plan may have been given up meanwhile. */
async function run(
  { session, bucket, bucketCreated }: Work,
  title: string,
  changes: readonly TableChange[],
  isAtomic: boolean,
): Promise<TableRunResult> {
  const connection = await session.connect();
  const place = { connection, bucket, bucketCreated };
  return withPlanProgress(
    title,
    changes.length,
    (signal, onProgress) =>
      runTableChanges(place, changes, { isAtomic, signal, rate: planRate(), onProgress }),
    connection.state,
  );
}

function aboutOf(isUndoable: boolean): string[] {
  const { t } = vscode.l10n;
  return isUndoable
    ? [
        t('Undo puts back what was there, where nobody wrote since.'),
        t('Show Report That Can Be Undone finds it again once this is closed.'),
      ]
    : [];
}
