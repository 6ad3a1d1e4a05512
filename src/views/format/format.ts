import * as vscode from 'vscode';
import type { KeyInfo } from '../../kv/model/entry';

/** A count with its thousands grouped, as the language of VS Code writes it. */
export function formatCount(count: number): string {
  // Each row has some, and most are small.
  return count >= 0 && count < 1000 && Number.isInteger(count)
    ? String(count)
    : count.toLocaleString(vscode.env.language);
}

/** A number with one decimal, without groups, as the language of VS Code writes it. */
export function formatDecimal(value: number): string {
  return value.toFixed(1).replace('.', decimalMark());
}

/** What stands before the decimals in the language of VS Code. */
export function decimalMark(): string {
  // A formatter with options would be made anew for each row.
  return (0.5).toLocaleString(vscode.env.language).charAt(1);
}

/** So many keys. */
export function keysText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 key') : vscode.l10n.t('{0} keys', formatCount(count));
}

/** So many messages. */
export function messagesText(count: number): string {
  return count === 1
    ? vscode.l10n.t('1 message')
    : vscode.l10n.t('{0} messages', formatCount(count));
}

/** A size in binary units with one decimal: `812 B`, `1.2 KiB`, `3.1 MiB`. */
export function formatSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? formatCount(value) : formatDecimal(value)} ${units[unit] ?? ''}`;
}

/** A limit in bytes, where -1 stands for none. */
export function formatLimit(bytes: number): string {
  return bytes < 0 ? vscode.l10n.t('unlimited') : formatSize(bytes);
}

/** A duration in its two largest units: `4m 10s`, `2d`, `250ms`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) {
    return `${Math.round(milliseconds)}ms`;
  }
  const units: readonly (readonly [string, number])[] = [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ];
  let seconds = Math.floor(milliseconds / 1000);
  const parts: string[] = [];
  for (const [unit, length] of units) {
    const count = Math.floor(seconds / length);
    if (count > 0) {
      parts.push(`${count}${unit}`);
      seconds -= count * length;
    }
  }
  return parts.slice(0, 2).join(' ');
}

/** A round trip: `0.3 ms`, `48 ms`. */
export function formatRtt(milliseconds: number): string {
  return `${milliseconds < 10 ? formatDecimal(milliseconds) : formatCount(Math.round(milliseconds))} ms`;
}

/** A moment with its date, as the user writes it. */
export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toLocaleString(locale());
}

/** The time of day as the user writes it, to the minute. */
export function formatClock(milliseconds: number): string {
  return new Date(milliseconds).toLocaleTimeString(locale(), { timeStyle: 'short' });
}

/** The time of day as the user writes it, to the second. */
export function formatMoment(milliseconds: number): string {
  return new Date(milliseconds).toLocaleTimeString(locale(), { timeStyle: 'medium' });
}

/** The language of VS Code, in the country of the system where that speaks it too. */
function locale(): string {
  const own = Intl.DateTimeFormat().resolvedOptions().locale;
  const { language } = vscode.env;
  return new Intl.Locale(own).language === new Intl.Locale(language).language ? own : language;
}

/** A moment with how long ago that was, both in words. */
export function timeText(at: number, age: string): string {
  return vscode.l10n.t('{0} ({1})', formatTime(at), age);
}

/** What the time of a message is that of: of a write, whether or not the key was there before. */
export function timeName({ operation }: Pick<KeyInfo, 'operation'>): string {
  switch (operation) {
    case 'PUT':
      return vscode.l10n.t('Written');
    case 'DEL':
      return vscode.l10n.t('Deleted');
    case 'PURGE':
      return vscode.l10n.t('Purged');
    case 'EXPIRED':
      return vscode.l10n.t('Expired');
  }
}
