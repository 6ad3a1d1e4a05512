import * as vscode from 'vscode';
import type { Reading } from '../../kv/inspect/reading';
import { messageOf } from '../../kv/model/errors';
import { displayText } from '../../kv/values/displayText';
import { formatCount, formatMoment, formatSize } from '../format/format';
import type { BlockView } from '../page/pageProtocol';

/** A name or a sentence from outside, which the page shows as it is. */
export function shown(text: string): string {
  return displayText(text);
}

/** Where a number is from and when it was told: `STREAM.INFO, 12:04:31`. */
export function howText(source: string, { at }: Pick<Reading<unknown>, 'at'>): string {
  return at === undefined ? source : vscode.l10n.t('{0}, {1}', source, formatMoment(at));
}

/** Why a part is not told, or not as it is now; nothing where all is well. */
export function problemBlocks(reading: Reading<unknown>): BlockView[] {
  const { failed, value, isReading } = reading;
  if (failed) {
    const reason = shown(messageOf(failed.error));
    const text =
      value === undefined
        ? vscode.l10n.t('It could not be read: {0}.', reason)
        : vscode.l10n.t(
            'Stale: since {0} it could not be read: {1}.',
            formatMoment(failed.since),
            reason,
          );
    return [{ kind: 'text', text, level: 'warning' }];
  }
  return value === undefined && isReading
    ? [{ kind: 'text', text: vscode.l10n.t('Reading…'), level: 'plain' }]
    : [];
}

/** A part of a whole, rounded down: `31%`; nothing is full before it is, and no part is told as nothing. */
export function percent(part: number, whole: number): string {
  const share = whole > 0 ? (part / whole) * 100 : 0;
  return share > 0 && share < 1 ? '<1%' : `${Math.floor(share)}%`;
}

/** How much of a limit is used, in bytes or in counts; -1 is no limit. */
export function useText(used: number, limit: number, unit: 'bytes' | 'count'): string {
  const amount = (value: number) => (unit === 'bytes' ? formatSize(value) : formatCount(value));
  return limit < 0
    ? vscode.l10n.t('{0}, unlimited', amount(used))
    : vscode.l10n.t('{0} of {1} ({2})', amount(used), amount(limit), percent(used, limit));
}

/** How full something is, from 0 to 1; undefined where nothing limits it. */
export function shareOf(used: number, limit: number): number | undefined {
  return limit > 0 ? Math.min(1, used / limit) : undefined;
}
