import * as vscode from 'vscode';
import type { BulkResult, BulkRow, BulkRows } from '../../kv/operations/bulkResult';
import { messageOf } from '../../kv/model/errors';
import type { BulkOutcome } from '../../kv/operations/bulk';
import { displayText } from '../../kv/values/displayText';
import { formatCount, keysText, messagesText } from '../format/format';
import { heading } from './planText';

/** What a report tells of. */
export type ReportedResult = Pick<
  BulkResult,
  'done' | 'skipped' | 'refused' | 'unknown' | 'left' | 'removed' | 'stoppedBy'
>;

/** What became of a plan, in the place of it. `about`: lines that tell what it was. */
export function bulkReportText(
  title: string,
  result: ReportedResult,
  about: readonly string[],
): string {
  const { t } = vscode.l10n;
  const { done, skipped, refused, unknown } = result;
  return [
    ...heading(title, [bulkCounts(result), ...endOf(result), ...about]),
    ...section((count) => t('# Not known: {0}', count), unknown),
    ...section((count) => t('# Refused: {0}', count), refused),
    ...section((count) => t('# Skipped: {0}', count), skipped),
    ...section((count) => t('# Done: {0}', count), done),
  ].join('\n');
}

/** How many keys ended how, in a line. */
function bulkCounts({ done, skipped, refused, unknown }: ReportedResult): string {
  return vscode.l10n.t(
    '{0} done, {1} skipped, {2} refused, {3} not known.',
    ...[done, skipped, refused, unknown].map(({ count }) => formatCount(count)),
  );
}

function endOf({ left, stoppedBy, removed }: ReportedResult): string[] {
  const { t } = vscode.l10n;
  const keys = keysText(left);
  return [
    ...(removed > 0 ? [t('Messages that were removed: {0}.', formatCount(removed))] : []),
    ...(left === 0
      ? []
      : [
          stoppedBy
            ? t('Not begun with: {0}, since {1}.', keys, stoppedBy.message)
            : t('Not begun with: {0}, since it was cancelled.', keys),
        ]),
  ];
}

function section<Kind extends BulkOutcome['kind']>(
  title: (count: string) => string,
  { count, rows }: BulkRows<Kind>,
): string[] {
  const more = count - rows.length;
  return count === 0
    ? []
    : [
        title(formatCount(count)),
        ...rows.map((row) => `  ${displayText(row.key)}: ${reasonOf(row)}`),
        ...(more > 0 ? [`  ${vscode.l10n.t('and {0} more', formatCount(more))}`] : []),
        '',
      ];
}

function reasonOf({ revision, outcome }: BulkRow): string {
  const { t } = vscode.l10n;
  switch (outcome.kind) {
    case 'done':
      return outcome.removed === undefined
        ? revision === 0
          ? t('new, r{0}', outcome.revision)
          : `r${revision} -> r${outcome.revision}`
        : messagesText(outcome.removed);
    case 'skipped':
      return skippedReason(outcome);
    case 'refused':
      return messageOf(outcome.error);
    case 'unknown':
      return t('{0}: see its history', outcome.reason);
  }
}

function skippedReason(outcome: BulkOutcome & { kind: 'skipped' }): string {
  const { t } = vscode.l10n;
  switch (outcome.why) {
    case 'changed':
      return t('changed on the server meanwhile');
    case 'gone':
      return t('nothing of it was left');
    case 'cancelled':
      return t('cancelled before its turn');
    case 'left':
      return outcome.reason;
  }
}
