import * as vscode from 'vscode';
import { readInBatches } from '../../kv/find/batchReading';
import { KvError } from '../../kv/model/errors';
import type { KvConnection } from '../../kv/model/kvConnection';
import type { KeyTable, TableRow } from '../../kv/table/keyTable';
import { copiedRow } from '../../kv/table/copiedCell';
import { factsOf } from '../../kv/table/decimalSum';
import { factOf, needsEntry, type TableColumn } from '../../kv/table/tableColumn';
import type { CopiedCells } from '../../kv/table/tableText';
import { valueAt } from '../../kv/values/jsonDiff';
import { JsonNumber } from '../../kv/values/jsonValue';
import { jsonOf } from '../../kv/values/valueText';
import { decimalMark, formatCount, formatSize } from '../format/format';

/** Rows that are read for what is selected, and bytes of their values; more are for the export. */
const mostSelected = 10_000;
const mostBytes = 64 * 1024 * 1024;

export interface Selection {
  readonly first: number;
  readonly last: number;
  readonly columns: readonly TableColumn[];
  /** Reads the values whatever the columns need. */
  readonly isWhole?: boolean;
}

export interface SelectionSource {
  readonly table: KeyTable;
  readonly bucket: string;
  readonly connection: KvConnection | undefined;
  readonly signal: AbortSignal;
}

/** The rows of a selection with the values that its columns need: what is not at hand is read. */
export async function selectedRows(
  { first, last, columns, isWhole = false }: Selection,
  { table, bucket, connection, signal }: SelectionSource,
): Promise<TableRow[]> {
  if (last - first >= mostSelected) {
    throw new KvError(
      'tooLarge',
      vscode.l10n.t('more than {0} rows are selected', formatCount(mostSelected)),
    );
  }
  const rows: TableRow[] = [];
  for (let at = first; at <= last; at++) {
    rows.push(...[table.row(at)].filter((row) => row !== undefined));
  }
  const needsValues = isWhole || columns.some(needsEntry);
  const isKnown = ({ info, entry }: TableRow) => !info || (entry?.revision ?? 0) >= info.revision;
  const keys = needsValues ? rows.filter((row) => !isKnown(row)).map(({ key }) => key) : [];
  if (!connection || keys.length === 0) {
    return rows;
  }
  const onUnreadable = (): void => {
    // Its cells stay empty, as they are shown.
  };
  const read = new Map<string, TableRow['entry']>();
  let bytes = rows.reduce((sum, { entry }) => sum + (entry?.size ?? 0), 0);
  const reading = { connection, bucket, keys, signal, pauseMs: 0, onUnreadable };
  for await (const entries of readInBatches(reading)) {
    entries.forEach((entry) => entry && read.set(entry.key, entry));
    bytes += entries.reduce((sum, entry) => sum + (entry?.size ?? 0), 0);
    if (bytes > mostBytes) {
      throw new KvError(
        'tooLarge',
        vscode.l10n.t('more than {0} are selected', formatSize(mostBytes)),
      );
    }
  }
  return rows.map((row) => ({ ...row, entry: read.get(row.key) ?? row.entry }));
}

/** Count, sum, least and largest of the numbers in a selection, in a line. */
export function summaryText(
  rows: readonly TableRow[],
  columns: readonly TableColumn[],
  table: KeyTable,
): string {
  const { t } = vscode.l10n;
  const [only] = columns;
  const counted = t('{0} rows', formatCount(rows.length));
  if (columns.length !== 1 || !only) {
    return counted;
  }
  if (only.type !== 'number' || only.id === 'age' || only.id === 'ttl') {
    return counted;
  }
  const numbers = rows.flatMap((row) => digitsOf(row, only, table));
  const facts = factsOf(numbers);
  if (!facts) {
    return counted;
  }
  const show = (digits: string): string =>
    only.id === 'size' ? formatSize(Number(digits)) : grouped(digits);
  const sum = facts.isAbout ? t('sum about {0}', show(facts.sum)) : t('sum {0}', show(facts.sum));
  const sums = only.id === 'revision' ? [] : [sum];
  const ends = [t('min {0}', show(facts.min)), t('max {0}', show(facts.max))];
  return [counted, t('{0} numbers', formatCount(facts.count)), ...sums, ...ends].join(' · ');
}

/** A number by its digits, of which a double may not hold all. */
function digitsOf(
  { info, entry }: TableRow,
  { id, path }: TableColumn,
  { ttl }: KeyTable,
): readonly string[] {
  if (!path) {
    const fact = info ? factOf(info, id, ttl) : NaN;
    return Number.isNaN(fact) ? [] : [String(fact)];
  }
  const value = entry && valueAt(jsonOf(entry.value), path);
  return value instanceof JsonNumber ? [value.text] : [];
}

/** With its thousands grouped as the language of VS Code does, and every digit as it is. */
function grouped(digits: string): string {
  const [, sign = '', whole = '0', rest = ''] = /^(-?)(\d+)(.*)$/.exec(digits) ?? [];
  const groups = BigInt(whole).toLocaleString(vscode.env.language);
  return `${sign}${groups}${rest.replace('.', decimalMark())}`;
}

/** The cells of rows as they are copied. */
export function copiedCells(
  rows: readonly TableRow[],
  columns: readonly TableColumn[],
  bucketTtl: number,
): CopiedCells {
  return {
    columns: columns.map(({ id }) => id),
    rows: rows.map((row) => copiedRow(row, columns, bucketTtl)),
  };
}
