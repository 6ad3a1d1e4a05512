import * as vscode from 'vscode';
import type { CopyPlan } from '../../kv/compare/copyPlan';
import { displayText } from '../../kv/values/displayText';
import { formatCount, formatSize, keysText } from '../format/format';
import { heading } from './planText';

/** What a text says of a plan that the plan itself does not know. */
export interface CopyContext {
  readonly title: string;
  /** Both sides in words. */
  readonly from: string;
  readonly to: string;
  /** Keys a second at most; 0 for any number. */
  readonly perSecond: number;
  /** Revisions of a key that the target keeps. */
  readonly history: number;
}

/** Keys that a document names; more are counted. */
const mostNamed = 5_000;

/** What would change, as a document: nothing has been changed yet. */
export function copyPlanText(plan: CopyPlan, context: CopyContext): string {
  const { t } = vscode.l10n;
  const { targets } = plan;
  const named = Math.min(mostNamed, targets.count);
  const all = formatCount(targets.count);
  return [
    ...heading(context.title, summaryOf(plan, context)),
    ...(named === 0
      ? []
      : [
          targets.count === named
            ? t('# Keys: {0}', all)
            : t('# The first {0} of {1} keys', formatCount(named), all),
          ...Array.from({ length: named }, (_, at) => rowOf(plan, at)),
          '',
        ]),
  ].join('\n');
}

/** What cannot be undone: a sentence a line. */
export function copyConsequences({ history }: Pick<CopyContext, 'history'>): readonly string[] {
  const { t } = vscode.l10n;
  return [
    history === 1
      ? t('What is replaced or deleted there is gone: the bucket keeps one revision of a key.')
      : t(
          'What is replaced or deleted there stays in the history of its key, as far as that goes.',
        ),
  ];
}

function summaryOf(
  { comparison, direction, creates, replaces, deletes, bytes }: CopyPlan,
  { from, to, perSecond, history }: CopyContext,
): string[] {
  const { t } = vscode.l10n;
  return [
    t(
      'To create: {0}. To replace: {1}. To delete, since the other side has none: {2}.',
      ...[creates, replaces, deletes].map(formatCount),
    ),
    t('Values to copy: {0}.', formatSize(bytes)),
    t('From {0}.', from),
    t('To {0}.', to),
    ...copyConsequences({ history }),
    comparison.sides[direction.from].countsTtlAnew
      ? t('Values go with their headers and their TTL, as far as the file has them.')
      : t('Values go with their headers and what is left of their TTL.'),
    t('A key that is changed meanwhile on either side is skipped, never written over.'),
    ...(perSecond > 0
      ? [t('At most {0} keys a second (natsKv.bulk.maxPerSecond).', formatCount(perSecond))]
      : []),
  ];
}

function rowOf({ targets }: CopyPlan, at: number): string {
  const { t } = vscode.l10n;
  const row = targets.rowAt(at);
  if (!row) {
    return '';
  }
  const { source, there } = row;
  const name = displayText(row.key);
  if (source.size === undefined) {
    return `-${t('{0} r{1}: {2}', name, there.revision, formatSize(there.size ?? 0))}`;
  }
  const size = formatSize(source.size);
  return there.size === undefined
    ? `+${t('{0}: {1}', name, size)}`
    : `+${t('{0}: {1} over r{2}, {3}', name, size, there.revision, formatSize(there.size))}`;
}

/** The button, which tells how many keys it is about. */
export function copyAction({ targets }: CopyPlan): string {
  const { t } = vscode.l10n;
  return targets.count === 1 ? t('Copy 1 Key') : t('Copy {0} Keys', formatCount(targets.count));
}

/** How many keys, in words. */
export function copyTitle({ targets }: CopyPlan, to: string): string {
  return vscode.l10n.t('Copy {0} to {1}', keysText(targets.count), to);
}
