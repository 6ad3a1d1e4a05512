import * as vscode from 'vscode';
import { decodeUtf8 } from '../../kv/base/bytes';
import type { BulkOutcome } from '../../kv/operations/bulk';
import { displayText } from '../../kv/values/displayText';
import { openValue } from '../../kv/values/valueForm';
import { formatCount, formatSize } from '../format/format';
import { diffLines, shownLines } from './planDiff';
import { heading } from './planText';

/** One key that would be written. */
export interface PlannedKey {
  readonly key: string;
  /** The one that is replaced. */
  readonly revision: number;
  readonly kind: 'create' | 'change' | 'delete';
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

export interface KeysPlanFacts {
  readonly title: string;
  readonly action: string;
  /** All of it or nothing. */
  readonly isAtomic: boolean;
  readonly edits: readonly PlannedKey[];
}

/** Lines of diffs in a document; keys beyond that are named only. */
const mostLines = 5_000;

/** What a save of several keys would do, as a document that reads like a diff. */
export function keysPlanText({ title, isAtomic, edits }: KeysPlanFacts): string {
  const { t } = vscode.l10n;
  const count = (kind: PlannedKey['kind']): string =>
    formatCount(edits.filter((edit) => edit.kind === kind).length);
  return [
    ...heading(title, [
      t('{0} new, {1} changed, {2} deleted.', count('create'), count('change'), count('delete')),
      isAtomic
        ? t('As one: all of it is written, or nothing where somebody has changed one of the keys.')
        : t(
            'One key after the other, up to the first that somebody has changed: the bucket does not take several in one write. What was written by then stays; Undo puts it back.',
          ),
      t('Earlier values stay as far as the history of the bucket goes.'),
    ]),
    ...plannedLines(edits),
  ].join('\n');
}

/** What would happen to each key, as a diff; those beyond what a document holds are named only. */
export function plannedLines(edits: readonly PlannedKey[]): string[] {
  let room = mostLines;
  return edits.flatMap((edit) => {
    const lines = rowOf(edit, room > 0);
    room -= lines.length;
    return lines;
  });
}

/** What became of it, in the place of the plan. `revisions`: of the keys that were written, from the first on. */
export function keysDonePlan(
  { title, edits }: KeysPlanFacts,
  summary: readonly string[],
  revisions: readonly number[],
): string {
  const rows = revisions.map((revision, at) => {
    const { key = '', revision: before = 0 } = edits[at] ?? {};
    return `  ${displayText(key)}: r${before} -> r${revision}`;
  });
  return [...heading(title, summary), ...rows, ''].join('\n');
}

/** Why keys that are written one after the other went no further, as a clause. */
export function stoppedText(
  key: string,
  outcome: BulkOutcome,
  written: number,
  total: number,
): string {
  const { t } = vscode.l10n;
  const reason = reasonOf(outcome);
  return t('{0}: {1}. {2} of {3} were written before it', key, reason, written, total);
}

function reasonOf(outcome: BulkOutcome): string {
  const { t } = vscode.l10n;
  switch (outcome.kind) {
    case 'done':
      return t('it was written');
    case 'skipped':
      return outcome.why === 'cancelled'
        ? t('it was cancelled before its turn')
        : t('somebody has changed it meanwhile');
    case 'refused':
      return outcome.error.message;
    case 'unknown':
      return t('it is not known whether it was written ({0})', outcome.reason);
  }
}

function rowOf({ key, revision, kind, before, after }: PlannedKey, withDiff: boolean): string[] {
  const { t } = vscode.l10n;
  const name = displayText(key);
  const title = {
    create: t('{0}: new', name),
    change: `${name} r${revision}`,
    delete: t('{0} r{1}: deleted', name, revision),
  }[kind];
  const texts = [shownText(before), shownText(after)] as const;
  // A value that is not there has no line, not even an empty one.
  const none = before ? '+' : '-';
  const all = withDiff ? diffLines(...texts) : [];
  const { lines, more } = shownLines(kind === 'change' ? all : all.filter((each) => each !== none));
  return [
    title,
    ...(lines.length === 0 ? [` ${t('(not shown)')}`] : lines),
    ...(more > 0 ? [` ${t('{0} more lines', formatCount(more))}`] : []),
    '',
  ];
}

function shownText(value: Uint8Array | undefined): string {
  if (!value) {
    return '';
  }
  const text = decodeUtf8(openValue(value).shown);
  return text === undefined ? vscode.l10n.t('({0}, not text)', formatSize(value.length)) : text;
}
