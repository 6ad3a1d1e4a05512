import * as vscode from 'vscode';
import {
  cellOf,
  endOf,
  headersText,
  type CellValue,
  type TableColumn,
} from '../../kv/table/tableColumn';
import type { KeyTable, TableRow } from '../../kv/table/keyTable';
import type { JsonValue } from '../../kv/values/jsonValue';
import { previewJson } from '../../kv/values/jsonValue';
import { valueAt } from '../../kv/values/jsonDiff';
import { displayText } from '../../kv/values/displayText';
import { jsonOf } from '../../kv/values/valueText';
import { exactText } from '../../kv/values/textForm';
import { shownAge, timeUntil } from '../format/age';
import { formatCount, formatSize } from '../format/format';
import type { CellView, RowView } from './tableProtocol';

/** What cells are made with. */
export interface CellSurroundings {
  readonly columns: readonly TableColumn[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly isWritable: boolean;
}

const longestCell = 200;
const longestTyped = 10_000;
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** A row as the page shows it. */
export function rowView(
  table: KeyTable,
  at: number,
  row: TableRow,
  surroundings: CellSurroundings,
): RowView {
  const { key, info, entry } = row;
  const isLoading =
    info !== undefined && !table.values.isLeftOut(info) && (entry?.revision ?? 0) < info.revision;
  const json = entry && info && jsonOf(entry.value);
  const cells = surroundings.columns.map((column) =>
    cellView(table, row, column, json, surroundings),
  );
  const revision = entry?.revision ?? info?.revision ?? 0;
  return { at, key, revision, isGone: info === undefined, isLoading, cells };
}

function cellView(
  table: KeyTable,
  row: TableRow,
  column: TableColumn,
  json: JsonValue | undefined,
  { now, isWritable }: CellSurroundings,
): CellView | undefined {
  if (column.path) {
    const value = row.info && cellValue(row, column, json);
    return value && valueView(value, column, json, isWritable);
  }
  const text = factText(table, row, column.id, now);
  return text === undefined ? undefined : { text: shown(text), isEditable: false };
}

/**
 * What is typed into begins with the very text that is stored, not with how it is shown; what a line
 * cannot hold is edited in its document.
 */
function valueView(
  value: CellValue,
  { path }: TableColumn,
  json: JsonValue | undefined,
  isWritable: boolean,
): CellView {
  const text = shown(value.text);
  const stored = path && valueAt(json, path);
  const typed = typeof stored === 'string' ? stored : value.isScalar ? scalarText(stored) : '';
  const fits = value.isScalar && typed.length <= longestTyped && !controls.test(typed);
  const isEditable = isWritable && fits;
  return { text, isEditable, ...(isEditable && typed !== text && { typed }) };
}

function scalarText(value: JsonValue | undefined): string {
  return value === undefined ? '' : previewJson(value, Infinity);
}

/** A value in a column; a value that is no JSON stands for itself where its whole is asked for. */
function cellValue(
  { entry }: TableRow,
  { path, type }: TableColumn,
  json: JsonValue | undefined,
): CellValue | undefined {
  if (entry && json === undefined && path?.length === 0) {
    const text = exactText(entry.value) ?? vscode.l10n.t('binary, {0}', formatSize(entry.size));
    return { text, number: NaN, isScalar: false };
  }
  return path && cellOf(valueAt(json, path), type);
}

function shown(text: string): string {
  const cut = text.length > longestCell ? `${text.slice(0, longestCell)}…` : text;
  return displayText(cut);
}

function factText(
  table: KeyTable,
  { key, info, entry }: TableRow,
  column: string,
  now: number,
): string | undefined {
  if (column === 'key') {
    return key;
  }
  if (!info) {
    return column === 'operation' ? vscode.l10n.t('delete') : undefined;
  }
  switch (column) {
    case 'revision':
      return formatCount(info.revision);
    case 'age':
      return shownAge(info.created, now);
    case 'size':
      return formatSize(info.size);
    case 'ttl': {
      const end = endOf(info, table.ttl);
      return end === undefined ? undefined : (timeUntil(end, now).left ?? vscode.l10n.t('now'));
    }
    case 'operation':
      return vscode.l10n.t('put');
    default:
      return entry && headersText(entry);
  }
}
