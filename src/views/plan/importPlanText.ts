import * as vscode from 'vscode';
import { displayText } from '../../kv/values/displayText';
import type { ImportPlan } from '../../kv/transfer/importPlan';
import type { TransferRows } from '../../kv/transfer/importRows';
import { formatCount, formatSize, keysText } from '../format/format';
import { heading } from './planText';

/** What a text says of an import that its plan does not know. */
export interface ImportContext {
  /** `Import orders.ndjson into orders`. */
  readonly title: string;
  /** `orders · local · PRODUCTION`. */
  readonly place: string;
  /** The same of where keys are moved from; undefined where they are copied. */
  readonly movedFrom?: string | undefined;
  /** Keys a second at most; 0 for any number. */
  readonly perSecond: number;
}

/** What an import would do, as a document: nothing has been written yet. */
export function importPlanText(plan: ImportPlan, context: ImportContext): string {
  const { t } = vscode.l10n;
  const { refused, created, overwritten, deleted, mirrored, left, same } = plan;
  const rows = (sign: string, found: TransferRows, head: (count: string) => string): string[] =>
    section(sign, found, head(formatCount(found.count)));
  return [
    ...heading(context.title, [...countsOf(plan), ...factsOf(plan, context)]),
    ...rows(' ', refused, (count) => t('# Cannot be written: {0}', count)),
    ...rows('+', created, (count) => t('# New: {0}', count)),
    ...rows('!', overwritten, (count) => t('# Replaced: {0}', count)),
    ...rows('-', deleted, (count) => t('# Deleted, as in the source: {0}', count)),
    ...rows('-', mirrored, (count) =>
      t('# Deleted, since the source does not have them: {0}', count),
    ),
    ...rows(' ', left, (count) => t('# Left, since they have a value: {0}', count)),
    ...rows(' ', same, (count) => t('# The same already: {0}', count)),
  ].join('\n');
}

/** How many keys an import writes or deletes. */
export function importedKeys({ created, overwritten, deleted, mirrored }: ImportPlan): number {
  return created.count + overwritten.count + deleted.count + mirrored.count;
}

/** Why a plan cannot be carried out as it is, as a sentence. */
export function whyNotImported({ options, left, unreadable }: ImportPlan): string | undefined {
  if (options.mode === 'mirror' && unreadable > 0) {
    return vscode.l10n.t(
      'The source cannot be read whole, so it cannot be mirrored: what it lacks is not known.',
    );
  }
  return options.mode === 'create' && left.count > 0
    ? vscode.l10n.t('Only new keys were asked for, and some have a value: nothing can be written.')
    : undefined;
}

function countsOf(plan: ImportPlan): string[] {
  const { t } = vscode.l10n;
  const { created, overwritten, deleted, mirrored, same, left, refused } = plan;
  const why = whyNotImported(plan);
  return [
    ...(why === undefined ? [] : [why]),
    t(
      'New: {0}; replaced: {1}; deleted: {2}; the same: {3}; left: {4}; cannot be written: {5}.',
      ...[created.count, overwritten.count, deleted.count + mirrored.count].map(formatCount),
      ...[same.count, left.count, refused.count].map(formatCount),
    ),
  ];
}

function factsOf(plan: ImportPlan, { place, movedFrom, perSecond }: ImportContext): string[] {
  const { t } = vscode.l10n;
  const { bytes, status, entries, done, outside, versions, withTtl, expired, options } = plan;
  const room = status.maxBytes - status.size;
  const history = status.history;
  const line = (condition: boolean, text: () => string): string[] => (condition ? [text()] : []);
  return [
    t('Into {0}: {1} of values, from {2} entries.', place, formatSize(bytes), formatCount(entries)),
    ...line(movedFrom !== undefined, () =>
      t(
        'Out of {0}: each key is deleted there, at the revision that was copied, once its copy is stored. The history stays there.',
        movedFrom ?? '',
      ),
    ),
    ...line(done > 0, () => t('Goes on behind entry {0}.', formatCount(done))),
    ...line(outside > 0, () => t('Left out, for they begin otherwise: {0}.', formatCount(outside))),
    ...line(versions > 0, () =>
      t(
        'Further versions of these keys, written one after the other: {0}; the bucket keeps {1} of a key.',
        formatCount(versions),
        history < 0 ? t('all') : formatCount(history),
      ),
    ),
    ...line(withTtl > 0 && options.ttl === 'keep', () =>
      t('With a TTL, which is counted anew: {0}.', formatCount(withTtl)),
    ),
    ...line(withTtl > 0 && options.ttl === 'rest', () =>
      t('With a TTL, which ends when it does at the source: {0}.', formatCount(withTtl)),
    ),
    ...line(withTtl > 0 && options.ttl === 'drop', () =>
      t('With a TTL, which is left out: {0}.', formatCount(withTtl)),
    ),
    ...line(expired > 0, () =>
      t(
        'Expired at the source, deleted here, since only servers write such markers: {0}.',
        formatCount(expired),
      ),
    ),
    ...line(status.maxBytes >= 0 && bytes > room, () =>
      t('The bucket has room for {0}: not all of it may fit.', formatSize(Math.max(0, room))),
    ),
    ...line(status.ttl > 0, () => t('Values expire here, since the bucket has a TTL.')),
    t('A key that is changed meanwhile is skipped, never written over.'),
    ...line(perSecond > 0, () =>
      t('At most {0} keys a second (natsKv.bulk.maxPerSecond).', formatCount(perSecond)),
    ),
  ];
}

/** The first keys of a kind, with what is to be said of them. */
export function section(sign: string, { rows, count }: TransferRows, head: string): string[] {
  const more = count - rows.length;
  return count === 0
    ? []
    : [
        head,
        ...rows.map(({ key, line, detail }) => `${sign}${rowText(key, line, detail)}`),
        ...(more > 0 ? [`  ${vscode.l10n.t('and {0} more', keysText(more))}`] : []),
        '',
      ];
}

function rowText(key: string, line: number | undefined, detail: string | undefined): string {
  const name = displayText(key);
  const at = line === undefined ? '' : vscode.l10n.t('line {0}', line);
  const told = [...(detail === undefined ? [] : [detail]), ...(at === '' ? [] : [at])].join(', ');
  return told === '' ? name : name === '' ? told : `${name}: ${told}`;
}
