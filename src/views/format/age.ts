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

const second = 1_000;
const minute = 60_000;
const hour = 3_600_000;
/** Ages that a person tells apart at a glance, up to an hour. */
const steps = [
  ...[5, 10, 20, 30].map((seconds) => seconds * second),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 30, 45].map((minutes) => minutes * minute),
];

/**
 * The moment when the age of a row has to be told anew. Rows are many, and each that reads
 * differently is built anew, so that no second is counted: what is shown is a step late at most.
 */
export function nextAgeStep(created: number, now: number): number {
  const age = Math.max(0, now - created);
  const length = age < day ? hour : day;
  const step = steps.find((each) => each > age) ?? (Math.floor(age / length) + 1) * length;
  return created + step;
}

/**
 * How long it is until a value expires, in its largest unit, for rows: `expires in 30 s`. `next` is the
 * moment from which on that says more than there is left.
 */
export function countdown(
  at: number,
  now: number,
): { readonly text: string; readonly next: number } {
  const left = at - now;
  if (left < second) {
    return { text: vscode.l10n.t('expires now'), next: Infinity };
  }
  const unit = left < minute ? second : left < hour ? minute : left < 2 * day ? hour : day;
  const count = Math.floor(left / unit);
  const words = new Map([
    [second, () => vscode.l10n.t('expires in {0} s', count)],
    [minute, () => vscode.l10n.t('expires in {0} min', count)],
    [hour, () => vscode.l10n.t('expires in {0} h', count)],
    [day, () => vscode.l10n.t('expires in {0} days', count)],
  ]);
  return { text: words.get(unit)?.() ?? '', next: at - count * unit + 1 };
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
