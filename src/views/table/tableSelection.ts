import * as vscode from 'vscode';
import { readInBatches } from '../../kv/find/batchReading';
import { KvError } from '../../kv/model/errors';
import type { KvConnection } from '../../kv/model/kvConnection';
import type { KeyTable, TableRow } from '../../kv/table/keyTable';
import { cellOf, factOf, type TableColumn } from '../../kv/table/tableColumn';
import type { CopiedCells } from '../../kv/table/tableText';
import { valueAt } from '../../kv/values/jsonDiff';
import { jsonOf } from '../../kv/values/valueText';
import { formatCount, formatSize } from '../format/format';
import { copiedCell } from './tableCells';

/** Rows that are read for what is selected; more are for the export. */
const mostSelected = 10_000;

export interface Selection {
  readonly first: number;
  readonly last: number;
  readonly columns: readonly TableColumn[];
}

export interface SelectionSource {
  readonly table: KeyTable;
  readonly bucket: string;
  readonly connection: KvConnection | undefined;
  readonly signal: AbortSignal;
}

/** The rows of a selection with the values that its columns need: what is not at hand is read. */
export async function selectedRows(
  { first, last, columns }: Selection,
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
  const needsValues = columns.some(({ id, path }) => path !== undefined || id === 'headers');
  const isKnown = ({ info, entry }: TableRow) => !info || (entry?.revision ?? 0) >= info.revision;
  const keys = needsValues ? rows.filter((row) => !isKnown(row)).map(({ key }) => key) : [];
  if (!connection || keys.length === 0) {
    return rows;
  }
  const onUnreadable = (): void => {
    // Its cells stay empty, as they are shown.
  };
  const read = new Map<string, TableRow['entry']>();
  const reading = { connection, bucket, keys, signal, pauseMs: 0, onUnreadable };
  for await (const entries of readInBatches(reading)) {
    entries.forEach((entry) => entry && read.set(entry.key, entry));
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
  const numbers = rows.map((row) => numberOf(row, only, table)).filter((each) => !isNaN(each));
  if (numbers.length === 0 || only.type !== 'number' || only.id === 'age' || only.id === 'ttl') {
    return counted;
  }
  const [least, largest] = numbers.reduce(
    ([low, high], each) => [Math.min(low, each), Math.max(high, each)],
    [Infinity, -Infinity],
  );
  const sum = numbers.reduce((total, each) => total + each, 0);
  const show = (value: number): string =>
    only.id === 'size' ? formatSize(value) : value.toLocaleString('en');
  const sums = only.id === 'revision' ? [] : [t('sum {0}', show(sum))];
  const ends = [t('min {0}', show(least)), t('max {0}', show(largest))];
  return [counted, t('{0} numbers', formatCount(numbers.length)), ...sums, ...ends].join(' · ');
}

function numberOf({ info, entry }: TableRow, column: TableColumn, table: KeyTable): number {
  if (!column.path) {
    return info ? factOf(info, column.id, table.ttl) : NaN;
  }
  return cellOf(entry && valueAt(jsonOf(entry.value), column.path), column.type)?.number ?? NaN;
}

/** The cells of rows as they are copied. */
export function copiedCells(
  rows: readonly TableRow[],
  columns: readonly TableColumn[],
  bucketTtl: number,
): CopiedCells {
  const cells = rows.map((row) => columns.map((column) => copiedCell(row, column, bucketTtl)));
  return {
    columns: columns.map(({ id }) => id),
    rows: cells.map((row) => row.map((cell) => cell?.text)),
    json: cells.map((row) => row.map((cell) => cell?.json)),
  };
}
