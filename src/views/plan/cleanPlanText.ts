import * as vscode from 'vscode';
import { durationText } from '../../kv/base/duration';
import { canBeUndone, type CleanRequest } from '../../kv/clean/cleanRequest';
import type { CleanTarget } from '../../kv/clean/cleanTargets';
import type { CleanPlan } from '../../kv/clean/planClean';
import { displayText } from '../../kv/values/displayText';
import { shownAge } from '../format/age';
import { formatCount, formatSize, keysText, messagesText, timeName } from '../format/format';
import { heading } from './planText';

/** What a text says of a plan that the plan itself does not know. */
export interface CleanContext {
  /** `orders · local · PRODUCTION`. */
  readonly place: string;
  /** The condition as it was typed. */
  readonly condition: string;
  /** Keys a second at most; 0 for any number. */
  readonly perSecond: number;
  /** In milliseconds since the epoch. */
  readonly now: number;
}

/** Keys that a document names; more are counted. */
const mostNamed = 5_000;

/** What would go, as a document: nothing has been changed yet. */
export function cleanPlanText(plan: CleanPlan, context: CleanContext): string {
  const { t } = vscode.l10n;
  const { targets, request } = plan;
  const named = targets.first(mostNamed);
  const all = formatCount(targets.count);
  const head =
    targets.count === named.length
      ? t('# Keys: {0}', all)
      : t('# The first {0} of {1} keys', formatCount(named.length), all);
  return [
    ...heading(cleanTitle(request, plan.bucket, context.condition), summaryOf(plan, context)),
    ...(named.length === 0 ? [] : [head]),
    ...named.map((target) => `-${rowOf(request, target, context.now)}`),
    '',
  ].join('\n');
}

/** What is done, in a line. */
export function cleanTitle(request: CleanRequest, bucket: string, condition: string): string {
  const { t } = vscode.l10n;
  switch (request.kind) {
    case 'compact':
      return request.olderThanMs === 0
        ? t('Compact {0}: all markers', bucket)
        : t('Compact {0}: markers older than {1}', bucket, durationText(request.olderThanMs));
    case 'purgeAll':
      return t('Purge all keys of {0}', bucket);
    case 'trim':
      return request.keep === 1
        ? t('Trim the history of {0} to the last revision of each key', bucket)
        : t('Trim the history of {0} to the last {1} revisions of each key', bucket, request.keep);
    case 'delete':
      return request.rule
        ? t('Delete {0} in {1} where {2}', request.pattern, bucket, condition.replace(/\s+/g, ' '))
        : t('Delete {0} in {1}', request.pattern, bucket);
  }
}

/** What cannot be undone, and what can: a sentence a line. */
export function cleanConsequences({ request, status }: CleanPlan): readonly string[] {
  const { t } = vscode.l10n;
  switch (request.kind) {
    case 'compact':
      return [
        t('The markers and the history before them are gone for good.'),
        t('Who was away meanwhile is not told any more that these keys were deleted.'),
      ];
    case 'purgeAll':
      return [
        t('The values and their whole history are gone for good. This cannot be undone.'),
        t('A marker stays for each key, until Compact.'),
      ];
    case 'trim':
      return [
        t('The older revisions are gone for good; the last ones stay. This cannot be undone.'),
      ];
    case 'delete':
      return canBeUndone(request, status)
        ? [
            t('A delete marker is written for each key.'),
            t(
              'Undo brings values back as long as the history has them: {0} of a key.',
              status.history < 0 ? t('all revisions') : t('{0} revisions', status.history),
            ),
          ]
        : [
            t('A delete marker replaces each value, for the bucket keeps one revision of a key.'),
            t('This cannot be undone.'),
          ];
  }
}

function summaryOf(plan: CleanPlan, { place, perSecond }: CleanContext): string[] {
  const { t } = vscode.l10n;
  const { status, request, unreadable } = plan;
  return [
    ...countsOf(plan),
    ...(unreadable > 0
      ? [t('Values that cannot be read, and stay: {0}.', formatCount(unreadable))]
      : []),
    t('In {0}.', place),
    t(
      'As of revision {0} the bucket holds {1} of {2}, deleted ones included: {3}.',
      formatCount(status.lastRevision),
      messagesText(status.values),
      keysText(status.subjects),
      formatSize(status.size),
    ),
    ...cleanConsequences(plan),
    request.kind === 'delete' || request.kind === 'purgeAll'
      ? t('A key that is changed meanwhile is skipped, never written over.')
      : t('What is written meanwhile stays.'),
    ...(perSecond > 0
      ? [t('At most {0} keys a second (natsKv.bulk.maxPerSecond).', formatCount(perSecond))]
      : []),
  ];
}

function countsOf({ request, targets, youngMarkers, read }: CleanPlan): string[] {
  const { t } = vscode.l10n;
  const all = formatCount(targets.count);
  const keys = keysText(targets.count);
  const bytes = formatSize(targets.bytes);
  switch (request.kind) {
    case 'compact':
      return [
        t('Markers that go: {0}; younger ones that stay: {1}.', all, formatCount(youngMarkers)),
      ];
    case 'purgeAll':
      return [t('To purge: {0} with {1} of last values, and their history.', keys, bytes)];
    case 'trim':
      return [
        t('To remove: {0} revisions of {1}, {2}.', formatCount(targets.messageCount), keys, bytes),
      ];
    case 'delete':
      return [
        t('To delete: {0} with {1} of values.', keys, bytes),
        ...(read > 0 ? [t('Values that were read to find them: {0}.', formatCount(read))] : []),
      ];
  }
}

function rowOf(request: CleanRequest, target: CleanTarget, now: number): string {
  const { t } = vscode.l10n;
  const { key, revision, size, created, operation, before, messages } = target;
  const name = displayText(key);
  if (request.kind === 'trim') {
    return t('{0}: {1} before r{2}, {3}', name, formatCount(messages), before, formatSize(size));
  }
  const age = shownAge(created, now);
  return operation === 'PUT'
    ? t('{0} r{1}: {2}, {3}', name, revision, formatSize(size), age)
    : t('{0} r{1}: {2}, {3}', name, revision, timeName(target).toLowerCase(), age);
}
