import type { KeyTable } from '../../kv/table/keyTable';
import { columnOf, type TableColumn } from '../../kv/table/tableColumn';
import { typeAmong } from '../../kv/table/valueFields';
import type { JsonValue } from '../../kv/values/jsonValue';
import { jsonOf } from '../../kv/values/valueText';
import type { ColumnView } from './tableProtocol';

const widths: Readonly<Record<string, number>> = { key: 260, number: 110, boolean: 90, time: 190 };
const otherWidth = 160;

/** What is shown of every key, before anything is known of its value. */
export function plainColumns(): ColumnView[] {
  const value = columnOf('value');
  const facts = ['revision', 'age', 'size'].flatMap((id) => columnOf(id) ?? []);
  const key = columnOf('key');
  return [key, value, ...facts].flatMap((column) => (column ? [widthOf(column)] : []));
}

/** A column as wide as what it has mostly is. */
export function widthOf({ id, type }: TableColumn): ColumnView {
  return { id, type, width: widths[id] ?? widths[type] ?? otherWidth };
}

/** The columns with one more, before the facts of keys; without it where it is there. One always stays. */
export function withToggled(columns: readonly ColumnView[], column: TableColumn): ColumnView[] {
  const others = columns.filter(({ id }) => id !== column.id);
  if (others.length < columns.length) {
    return others.length === 0 ? [...columns] : others;
  }
  const values = columns.map(({ id }) => columnOf(id)?.path !== undefined);
  const at = values.lastIndexOf(true) + 1 || Math.min(1, columns.length);
  return [...columns.slice(0, at), widthOf(column), ...columns.slice(at)];
}

/** The JSON of the first rows as far as it was read, and of how many it is known by now. */
export function seenValues(table: KeyTable, most: number): { values: JsonValue[]; read: number } {
  const values: JsonValue[] = [];
  let read = 0;
  for (let at = 0; at < Math.min(most, table.count); at++) {
    const row = table.row(at);
    const isRead = row?.entry ?? (row?.info && table.values.isLeftOut(row.info));
    read += isRead || !row?.info ? 1 : 0;
    const json = row?.entry && jsonOf(row.entry.value);
    values.push(...(json === undefined ? [] : [json]));
  }
  return { values, read };
}

/** A path that was typed is of the type that its values have. */
export function withType(column: TableColumn, values: readonly JsonValue[]): TableColumn {
  const { path, type } = column;
  return path && type === 'text' ? { ...column, type: typeAmong(values, path) } : column;
}
