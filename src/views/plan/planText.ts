import * as vscode from 'vscode';
import { displayText } from '../../kv/values/displayText';
import { formatCount } from '../format/format';
import { diffLines, shownLines } from './planDiff';

/** A key that a plan changes, with how its value reads now and would read. */
interface PlannedRow {
  /** `local: SHOP_ORDERS/orders.eu.42`. */
  readonly name: string;
  readonly revision: number;
  readonly before: string;
  readonly after: string;
}

/** A key that a plan or its run leaves as it is, and why. */
export interface LeftRow {
  readonly name: string;
  readonly reason: string;
}

export interface PlanFacts {
  /** What is done, in a line. */
  readonly title: string;
  /** Counts first, then what is to be known before it is carried out: a line each. */
  readonly summary: readonly string[];
  readonly changes: readonly PlannedRow[];
  readonly left: readonly LeftRow[];
}

/** What became of a plan. */
export interface ReportFacts {
  readonly title: string;
  readonly summary: readonly string[];
  readonly done: readonly (Pick<PlannedRow, 'name' | 'revision'> & { readonly now: number })[];
  readonly skipped: readonly LeftRow[];
  readonly refused: readonly LeftRow[];
}

/** Lines of diffs in a document; keys beyond that are named only. */
const mostLines = 5_000;

/** A plan as a document that reads like a diff. */
export function planText({ title, summary, changes, left }: PlanFacts): string {
  const { t } = vscode.l10n;
  let room = mostLines;
  const rows = changes.flatMap((change) => {
    const lines = changeLines(change, room > 0);
    room -= lines.length;
    return lines;
  });
  return [
    ...heading(title, summary),
    ...section(t('Left as they are: {0}', formatCount(left.length)), left),
    ...rows,
    '',
  ].join('\n');
}

/** What became of a plan, in the place of it. */
export function reportText({ title, summary, done, skipped, refused }: ReportFacts): string {
  const { t } = vscode.l10n;
  const doneRows = done.map(({ name, revision, now }) => ({
    name,
    reason: `r${revision} -> r${now}`,
  }));
  return [
    ...heading(title, summary),
    ...section(t('Refused: {0}', formatCount(refused.length)), refused),
    ...section(t('Skipped: {0}', formatCount(skipped.length)), skipped),
    ...section(t('Done: {0}', formatCount(done.length)), doneRows),
  ].join('\n');
}

export function heading(title: string, summary: readonly string[]): string[] {
  return [`# ${title}`, '#', ...summary.map((line) => `# ${line}`), ''];
}

export function section(title: string, rows: readonly LeftRow[]): string[] {
  return rows.length === 0
    ? []
    : [`# ${title}`, ...rows.map(({ name, reason }) => `  ${displayText(name)}: ${reason}`), ''];
}

function changeLines({ name, revision, before, after }: PlannedRow, withDiff: boolean): string[] {
  const { t } = vscode.l10n;
  const { lines, more } = shownLines(withDiff ? diffLines(before, after) : []);
  // Not the heads of a unified diff: a theme of high contrast shows these in dark blue on black.
  return [
    `${displayText(name)} r${revision}`,
    ...(lines.length === 0 ? [` ${t('(not shown)')}`] : lines),
    ...(more > 0 ? [` ${t('{0} more lines', formatCount(more))}`] : []),
    '',
  ];
}
