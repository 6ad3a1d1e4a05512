import * as vscode from 'vscode';
import type { Entry } from '../../kv/model/entry';

/** More would hide what else a tooltip tells. */
const mostHeaders = 10;
const mostLetters = 200;

/** The rows of a tooltip for the headers of a value, the long ones shortened. */
export function headerRows(headers: Entry['headers']): (readonly [name: string, value: string])[] {
  const rows = headers
    .slice(0, mostHeaders)
    .map(([name, value]) => [vscode.l10n.t('Header {0}', name), shortened(value)] as const);
  const left = headers.length - rows.length;
  return left > 0 ? [...rows, [vscode.l10n.t('More headers'), String(left)]] : rows;
}

/** How many headers there are, in words. */
export function headerCount(headers: Entry['headers']): string {
  return headers.length === 1
    ? vscode.l10n.t('1 header')
    : vscode.l10n.t('{0} headers', headers.length);
}

/** The headers of a value on a line each. */
export function headerLines(headers: Entry['headers']): readonly string[] {
  const lines = headers
    .slice(0, mostHeaders)
    .map(([name, value]) => `${name}: ${shortened(value)}`);
  return headers.length > lines.length ? [...lines, '…'] : lines;
}

function shortened(value: string): string {
  return value.length > mostLetters ? `${value.slice(0, mostLetters)}…` : value;
}
