import * as vscode from 'vscode';
import type { RevisionInfo } from '../../kv/model/entry';
import { tickFrom, tickOf } from './clock';
import { formatDecimal, formatDuration } from './format';

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
    : vscode.l10n.t('{0} years ago', formatDecimal(age / (365 * day)));
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
 * How long ago a moment was, as everything that stays in sight says it: rows, editors and their
 * tooltips. Rows are many, and each that reads differently is built anew, so that ages go in steps and
 * no second is counted; one moment has one age wherever it is told.
 */
export function shownAge(created: number, now: number): string {
  const age = Math.max(0, tickOf(now) - created);
  const step = age < hour ? (steps.findLast((each) => each <= age) ?? 0) : age;
  return formatAge(created, created + step);
}

/** The moment when `shownAge` says something else. */
export function nextAgeStep(created: number, now: number): number {
  const age = Math.max(0, tickOf(now) - created);
  const length = age < day ? hour : day;
  const step = steps.find((each) => each > age) ?? (Math.floor(age / length) + 1) * length;
  return created + step;
}

/** What there is left until a moment, as it is told in words of its own at each place. */
interface TimeLeft {
  /** In the largest unit: `30s`, `4m`, `3d`; undefined once the time is over. */
  readonly left: string | undefined;
  /** From when on that says more than there is left. */
  readonly next: number;
}

/** What there is left until a moment, the same wherever it is told at one time. */
export function timeUntil(at: number, now: number): TimeLeft {
  const left = at - tickOf(now);
  if (left < second) {
    return { left: undefined, next: Infinity };
  }
  const unit = left < minute ? second : left < hour ? minute : left < 2 * day ? hour : day;
  const length = Math.floor(left / unit) * unit;
  return { left: formatDuration(length), next: tickFrom(at - length + 1) };
}

/** When a value expires, in words: `expires in 4m`. */
export function expiryText(at: number, now: number): string {
  const { left } = timeUntil(at, now);
  return left === undefined ? vscode.l10n.t('expires now') : vscode.l10n.t('expires in {0}', left);
}

/** The same in few letters, for where there is little room: `ttl 4m`. */
export function ttlText(at: number, now: number): string {
  const { left } = timeUntil(at, now);
  return left === undefined ? vscode.l10n.t('expires now') : vscode.l10n.t('ttl {0}', left);
}

/** How long a value that expires still lives, in words; undefined for any other message. */
export function timeLeft(
  { ttl, created, operation }: RevisionInfo,
  now: number,
): string | undefined {
  return typeof ttl === 'number' && operation === 'PUT'
    ? expiryText(created + ttl, now)
    : undefined;
}
