import * as vscode from 'vscode';
import type { RevisionInfo } from '../../kv/model/entry';
import { formatDuration } from './format';

const day = 86_400_000;

/** How long ago a moment was, in its largest unit: `now`, `3 s ago`, `2 min ago`, `yesterday`. */
export function formatAge(created: number, now: number): string {
  // Clocks differ: what the server stored a moment ago is not in the future.
  const age = Math.max(0, now - created);
  const count = (length: number): number => Math.floor(age / length);
  if (age < 1_000) {
    return vscode.l10n.t('now');
  }
  if (age < 60_000) {
    return vscode.l10n.t('{0} s ago', count(1_000));
  }
  if (age < 3_600_000) {
    return vscode.l10n.t('{0} min ago', count(60_000));
  }
  if (age < day) {
    return vscode.l10n.t('{0} h ago', count(3_600_000));
  }
  if (age < 2 * day) {
    return vscode.l10n.t('yesterday');
  }
  return age < 365 * day
    ? vscode.l10n.t('{0} days ago', count(day))
    : vscode.l10n.t('{0} years ago', (age / (365 * day)).toFixed(1));
}

/** How long a value that expires still lives, in words; undefined for any other message. */
export function timeLeft(
  { ttl, created, operation }: RevisionInfo,
  now: number,
): string | undefined {
  if (typeof ttl !== 'number' || operation !== 'PUT') {
    return undefined;
  }
  const left = created + ttl - now;
  return left < 1000
    ? vscode.l10n.t('expires now')
    : vscode.l10n.t('expires in {0}', formatDuration(left));
}
