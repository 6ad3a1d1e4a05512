import * as vscode from 'vscode';
import type { Dependent, RemovalPlan } from '../../kv/clean/planRemoval';
import { displayText } from '../../kv/values/displayText';
import { shownAge } from '../format/age';
import { formatCount, formatSize, keysText, messagesText } from '../format/format';
import { heading } from './planText';

/** Keys that a document names; more are counted. */
const mostNamed = 5_000;

/** What goes with a bucket, as a document. `place`: `orders · local · PRODUCTION`; `now` in milliseconds since the epoch. */
export function removalPlanText(plan: RemovalPlan, place: string, now: number): string {
  const { t } = vscode.l10n;
  const { keys, dependents = [] } = plan;
  const named = keys?.first(mostNamed) ?? [];
  const count = keys?.count ?? 0;
  const head =
    count === named.length
      ? t('# Keys: {0}', formatCount(count))
      : t('# The first {0} of {1} keys', formatCount(named.length), formatCount(count));
  return [
    ...heading(removalTitle(plan.bucket), [
      ...holdings(plan),
      t('In {0}.', place),
      ...removalConsequences(plan),
    ]),
    ...(dependents.length === 0
      ? []
      : [t('# Buckets that copy from it'), ...dependents.map(line), '']),
    ...(named.length === 0 ? [] : [head]),
    ...named.map(({ key, revision, size, created }) =>
      t(
        '-{0} r{1}: {2}, {3}',
        displayText(key),
        revision,
        formatSize(size),
        shownAge(created, now),
      ),
    ),
    '',
  ].join('\n');
}

/** What is done, in a line. */
export function removalTitle(bucket: string): string {
  return vscode.l10n.t('Delete bucket {0}', bucket);
}

/** What cannot be undone, a sentence a line. */
export function removalConsequences({ bucket, status, dependents }: RemovalPlan): string[] {
  const { t } = vscode.l10n;
  const consumers = status?.consumers ?? 0;
  return [
    t('All keys, values and history of {0} will be gone for good.', bucket),
    t('Its configuration goes too; Copy As… keeps it.'),
    t('What is written meanwhile goes as well.'),
    ...(consumers > 0
      ? [
          t(
            'Consumers that end: {0}, of whoever watches or reads it, this window included.',
            formatCount(consumers),
          ),
        ]
      : []),
    ...dependentsText(dependents),
  ];
}

function holdings({ status, keys }: RemovalPlan): string[] {
  const { t } = vscode.l10n;
  if (!status) {
    return [t('What it holds is not known: this user may not look at it.')];
  }
  const { values, subjects, size } = status;
  const messages = messagesText(values);
  return [
    keys
      ? t('It holds {0} with a value: {1}, {2}.', keysText(keys.count), messages, formatSize(size))
      : t(
          'It holds {0}, deleted ones included: {1}, {2}. They are not listed here.',
          keysText(subjects),
          messages,
          formatSize(size),
        ),
  ];
}

function dependentsText(dependents: readonly Dependent[] | undefined): string[] {
  const { t } = vscode.l10n;
  if (!dependents) {
    return [t('Which buckets copy from it is not known: this user may not list buckets.')];
  }
  return [
    dependents.length === 0
      ? t('No bucket of this account copies from it; others are not seen here.')
      : t(
          'Buckets of this account that copy from it, and get nothing more: {0}.',
          dependents.length,
        ),
  ];
}

function line({ bucket, role }: Dependent): string {
  const { t } = vscode.l10n;
  const text =
    role === 'mirror'
      ? t('{0}: a mirror, which keeps what it has', displayText(bucket))
      : t('{0}: has it as a source, and keeps what it has', displayText(bucket));
  return `!${text}`;
}
