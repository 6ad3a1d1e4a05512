import * as vscode from 'vscode';
import type { RestorePlan } from '../../kv/asOf/planRestore';
import { displayText } from '../../kv/values/displayText';
import { shownAge } from '../format/age';
import { formatCount, formatSize, keysText } from '../format/format';
import { heading } from './planText';

/** What a text says of a plan that the plan itself does not know. */
export interface RestoreContext {
  /** `Restore orders › eu. to r1204`. */
  readonly title: string;
  /** `orders · local · PRODUCTION`. */
  readonly place: string;
  /** Keys a second at most; 0 for any number. */
  readonly perSecond: number;
  /** In milliseconds since the epoch. */
  readonly now: number;
}

/** Keys that a document names; more are counted. */
const mostNamed = 5_000;

/** What would change, as a document: nothing has been changed yet. */
export function restorePlanText(plan: RestorePlan, context: RestoreContext): string {
  const { t } = vscode.l10n;
  const { targets, unknown, unknownKeys } = plan;
  const named = Math.min(mostNamed, targets.count);
  const all = formatCount(targets.count);
  const rows = Array.from({ length: named }, (_, at) => rowOf(plan, at, context.now));
  const more = unknown - unknownKeys.length;
  return [
    ...heading(context.title, summaryOf(plan, context)),
    ...(named === 0
      ? []
      : [
          targets.count === named
            ? t('# Keys: {0}', all)
            : t('# The first {0} of {1} keys', formatCount(named), all),
          ...rows,
          '',
        ]),
    ...(unknown === 0
      ? []
      : [
          t('# Not known, left as they are: {0}', formatCount(unknown)),
          ...unknownKeys.map((key) => `  ${displayText(key)}`),
          ...(more > 0 ? [`  ${t('and {0} more', formatCount(more))}`] : []),
          '',
        ]),
  ].join('\n');
}

/** What cannot be undone, and what can: a sentence a line. */
export function restoreConsequences({ status }: RestorePlan): readonly string[] {
  const { t } = vscode.l10n;
  return status.history === 1
    ? [
        t('What these keys have now is replaced, for the bucket keeps one revision of a key.'),
        t('This cannot be undone.'),
      ]
    : [t('Undo brings back what these keys have now, as long as the history has it.')];
}

function summaryOf(plan: RestorePlan, { place, perSecond }: RestoreContext): string[] {
  const { t } = vscode.l10n;
  const { puts, deletes, bytes, same, unknown } = plan;
  return [
    t(
      'To put back: {0}, {1}. To delete, since they had no value then: {2}.',
      puts === 1 ? t('1 value') : t('{0} values', formatCount(puts)),
      formatSize(bytes),
      keysText(deletes),
    ),
    t('As they were: {0}.', keysText(same)),
    ...(unknown > 0
      ? [
          t(
            'Not known, left as they are: {0}. The history holds nothing of then.',
            keysText(unknown),
          ),
        ]
      : []),
    t('In {0}.', place),
    ...restoreConsequences(plan),
    t('A key that is changed meanwhile is skipped, never written over.'),
    ...(perSecond > 0
      ? [t('At most {0} keys a second (natsKv.bulk.maxPerSecond).', formatCount(perSecond))]
      : []),
  ];
}

function rowOf({ targets }: RestorePlan, at: number, now: number): string {
  const { t } = vscode.l10n;
  const row = targets.rowAt(at);
  const name = displayText(row.key);
  if (targets.actAt(at) === 'delete' || !row.then) {
    return `-${t('{0} r{1}: {2}', name, row.now.revision, formatSize(row.now.size))}`;
  }
  const { revision, size, created } = row.then;
  const present =
    row.now.operation === 'PUT'
      ? t('over r{0}', row.now.revision)
      : t('deleted by r{0}', row.now.revision);
  const age = shownAge(created, now);
  return `+${t('{0} r{1}: {2}, {3}, {4}', name, revision, formatSize(size), age, present)}`;
}
