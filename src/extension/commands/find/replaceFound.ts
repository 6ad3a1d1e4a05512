import * as vscode from 'vscode';
import {
  planReplace,
  replaceAct,
  type LeaveReason,
  type PlannedReplace,
  type ReplacePlan,
  type ReplaceTarget,
  type ValueForms,
} from '../../../kv/find/replaceValues';
import type { ValueQuery } from '../../../kv/find/valueQuery';
import { valueReplacer, type ValueReplacer } from '../../../kv/find/valueReplace';
import { runBulk, type BulkOutcome } from '../../../kv/operations/bulk';
import { isProduction } from '../../../kv/model/connectionConfig';
import { messageOf } from '../../../kv/model/errors';
import { matchesText } from '../../../views/find/findItems';
import type { FindNode } from '../../../views/find/findNodes';
import type { FindResults } from '../../../views/find/findResults';
import { formatCount, keysText } from '../../../views/format/format';
import { planText, reportText, type LeftRow } from '../../../views/plan/planText';
import type { PlanDocuments } from '../../plans/planDocuments';
import { confirmDestructive } from '../confirmDestructive';
import { planRate, withPlanProgress } from '../planProgress';
import { askText, runSteps } from '../quickSteps';
import { queryLabel } from './queryText';

export interface ReplaceParts {
  readonly results: FindResults;
  readonly forms: ValueForms;
  readonly plans: PlanDocuments;
}

/** What is replaced, and by what. */
interface Replacement {
  readonly query: ValueQuery;
  readonly text: string;
  readonly replacer: ValueReplacer;
}

/** Asks for the new text and shows what would change; nothing is written before the plan is carried out. */
export async function replaceFound(
  parts: ReplaceParts,
  query: ValueQuery,
  nodes: readonly FindNode[],
): Promise<void> {
  const targets = parts.results.replaceTargets(nodes);
  const text = targets.length > 0 ? await askReplacement(query, targets.length) : undefined;
  if (text === undefined) {
    return;
  }
  const replacer = valueReplacer(query, text);
  if (typeof replacer !== 'function') {
    throw new Error(replacer.reason);
  }
  const replacement = { query, text, replacer };
  const plan = await makePlan(parts.forms, replacement, targets);
  const title = titleOf(replacement);
  const { changes, left } = plan;
  await parts.plans.open({
    name: vscode.l10n.t('Replace in Values'),
    text: planText({
      title,
      summary: summaryOf(plan),
      changes: changes.map((change) => ({ ...change, name: nameOf(change) })),
      left: left.map((each) => ({ name: nameOf(each), reason: reasonText(each.reason) })),
    }),
    action:
      changes.length === 0 ? undefined : vscode.l10n.t('Replace in {0}', keysText(changes.length)),
    carryOut: () => carryOut(parts, replacement, changes),
  });
}

async function askReplacement(query: ValueQuery, keys: number): Promise<string | undefined> {
  const title = vscode.l10n.t('Replace {0} in {1}', queryLabel(query), keysText(keys));
  const answers = await runSteps<[string]>(title, [
    (place) =>
      askText(place, {
        prompt: promptOf(query),
        value: query.kind === 'text' ? query.text : '',
        problem: (text) => replacementProblem(query, text),
      }),
  ]);
  return answers?.[0];
}

function promptOf({ kind }: ValueQuery): string {
  switch (kind) {
    case 'text':
      return vscode.l10n.t('The new text; what would change is shown first');
    case 'regex':
      return vscode.l10n.t('The new text, $1 for a group; what would change is shown first');
    case 'jsonPath':
      return vscode.l10n.t('The new value as JSON; what would change is shown first');
  }
}

function replacementProblem({ kind }: ValueQuery, text: string): string | undefined {
  if (kind !== 'jsonPath') {
    return undefined;
  }
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return vscode.l10n.t('Not JSON: a text stands in quotation marks.');
  }
}

function makePlan(
  forms: ValueForms,
  { replacer }: Replacement,
  targets: readonly ReplaceTarget[],
): Thenable<ReplacePlan> {
  const title = vscode.l10n.t('Reading {0}', keysText(targets.length));
  return withPlanProgress(title, targets.length, (signal, onProgress) =>
    planReplace(targets, { replacer, forms, signal, onProgress }),
  );
}

/** Undefined when the user thought better of it. */
async function carryOut(
  { forms, results }: ReplaceParts,
  replacement: Replacement,
  changes: readonly PlannedReplace[],
): Promise<string | undefined> {
  if (!(await isMeant(changes))) {
    return undefined;
  }
  const { replacer } = replacement;
  const title = vscode.l10n.t('Replacing in {0}', keysText(changes.length));
  const outcomes = await withPlanProgress(title, changes.length, (signal, onProgress) =>
    runBulk(changes, {
      act: (entry, change) => replaceAct(entry, change, { replacer, forms }, reasonText),
      rate: planRate(),
      signal,
      onProgress,
    }),
  );
  results.replaced(changes.filter((_, at) => outcomes[at]?.kind === 'done'));
  return reportOf(titleOf(replacement), changes, outcomes);
}

/** The plan has been looked at; in production the bucket's name is typed besides. */
async function isMeant(changes: readonly PlannedReplace[]): Promise<boolean> {
  const first = changes.find(({ session }) => isProduction(session.config));
  if (!first) {
    return true;
  }
  const { session, bucket } = first;
  const keys = keysText(changes.length);
  return confirmDestructive({
    session,
    bucket,
    question: vscode.l10n.t('Replace in {0} in {1} on {2}?', keys, bucket, session.name),
    detail: vscode.l10n.t('Earlier values stay as far as the history of the bucket goes.'),
    action: vscode.l10n.t('Replace'),
  });
}

function reportOf(
  title: string,
  changes: readonly PlannedReplace[],
  outcomes: readonly BulkOutcome[],
): string {
  const done: { name: string; revision: number; now: number }[] = [];
  const skipped: LeftRow[] = [];
  const refused: LeftRow[] = [];
  changes.forEach((change, at) => {
    const outcome = outcomes[at];
    const name = nameOf(change);
    switch (outcome?.kind) {
      case 'done':
        done.push({ name, revision: change.revision, now: outcome.revision });
        break;
      case 'skipped':
        skipped.push({ name, reason: skippedText(outcome) });
        break;
      case 'refused':
        refused.push({ name, reason: messageOf(outcome.error) });
        break;
      case 'unknown':
        refused.push({ name, reason: vscode.l10n.t('{0}: see its history', outcome.reason) });
        break;
      case undefined:
    }
  });
  const summary = vscode.l10n.t(
    '{0} replaced, {1} skipped, {2} refused.',
    ...[done, skipped, refused].map(({ length }) => formatCount(length)),
  );
  return reportText({ title, summary: [summary], done, skipped, refused });
}

function titleOf({ query, text }: Replacement): string {
  return vscode.l10n.t('Replace {0} with {1}', queryLabel(query), `"${text}"`).replace(/\s+/g, ' ');
}

function summaryOf({ changes, left }: ReplacePlan): string[] {
  const { t } = vscode.l10n;
  const matches = changes.reduce((sum, { count }) => sum + count, 0);
  const places = [...new Set(changes.map(({ session, bucket }) => placeText(session, bucket)))];
  const counts = t(
    '{0} in {1} change, {2} left as they are.',
    matchesText(matches),
    keysText(changes.length),
    formatCount(left.length),
  );
  return [
    counts,
    ...(places.length > 0 ? [t('In {0}.', places.join(', '))] : []),
    t('A key that was changed meanwhile is skipped, never written over.'),
    t('Earlier values stay as far as the history of the bucket goes.'),
  ];
}

function placeText({ name, config }: PlannedReplace['session'], bucket: string): string {
  const { environment } = config;
  const label = environment === undefined ? '' : ` · ${environment.toUpperCase()}`;
  return `${bucket} · ${name}${label}`;
}

function nameOf({ session, bucket, key }: Pick<PlannedReplace, 'session' | 'bucket' | 'key'>) {
  // Plain characters: VS Code frames those that look like others.
  return `${session.name}: ${bucket}/${key}`;
}

function skippedText(outcome: BulkOutcome & { kind: 'skipped' }): string {
  switch (outcome.why) {
    case 'changed':
    case 'gone':
      return reasonText(outcome.why);
    case 'cancelled':
      return vscode.l10n.t('cancelled before its turn');
    case 'left':
      return outcome.reason;
  }
}

function reasonText(reason: LeaveReason): string {
  const { t } = vscode.l10n;
  switch (reason) {
    case 'changed':
      return t('changed on the server since it was found');
    case 'gone':
      return t('has no value any more');
    case 'same':
      return t('would stay the same');
    case 'slow':
      return t('the expression takes too long');
    case 'binary':
      return t('is not text');
    default:
      return reason.text;
  }
}
