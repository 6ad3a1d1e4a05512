import * as vscode from 'vscode';
import {
  cellOf,
  endOf,
  factOf,
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
    return value && { text: shown(value.text), isEditable: isWritable && value.isScalar };
  }
  const text = factText(table, row, column.id, now);
  return text === undefined ? undefined : { text: shown(text), isEditable: false };
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

/** A cell as it is copied: as text and as a JSON text; undefined where there is nothing. */
export function copiedCell(
  { key, info, entry }: TableRow,
  column: TableColumn,
  bucketTtl: number,
): { readonly text: string; readonly json: string } | undefined {
  if (column.path) {
    const json = entry && jsonOf(entry.value);
    const value = valueAt(json, column.path);
    const asText = column.path.length === 0 && entry && json === undefined;
    const whole = asText ? exactText(entry.value) : undefined;
    if (value === undefined) {
      return whole === undefined ? undefined : { text: whole, json: JSON.stringify(whole) };
    }
    const text = previewJson(value, Infinity);
    return { text: typeof value === 'string' ? value : text, json: text };
  }
  switch (column.id) {
    case 'key':
      return { text: key, json: JSON.stringify(key) };
    case 'operation': {
      const text = info ? 'put' : 'delete';
      return { text, json: JSON.stringify(text) };
    }
    case 'headers': {
      const text = entry ? headersText(entry) : '';
      return text === '' ? undefined : { text, json: JSON.stringify(text) };
    }
    default:
      return info && copiedFact(column.id, factOf(info, column.id, bucketTtl));
  }
}

/** Times are told as such: an age would be wrong by the time it is read. */
function copiedFact(column: string, fact: number) {
  if (Number.isNaN(fact)) {
    return undefined;
  }
  if (column === 'age' || column === 'ttl') {
    const text = new Date(Math.abs(fact)).toISOString();
    return { text, json: JSON.stringify(text) };
  }
  return { text: String(fact), json: String(fact) };
}
