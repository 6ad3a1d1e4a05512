import { valueAt } from '../values/jsonDiff';
import { previewJson } from '../values/jsonValue';
import { exactText } from '../values/textForm';
import { jsonOf } from '../values/valueText';
import type { TableRow } from './keyTable';
import { factOf, headersText, type TableColumn } from './tableColumn';

/** A cell as it is copied and exported: as text and as a JSON text. */
export interface CopiedCell {
  readonly text: string;
  readonly json: string;
}

/** Reads the cells of one row, whose value is parsed once; undefined where there is nothing. */
export function copiedRow(
  row: TableRow,
  columns: readonly TableColumn[],
  bucketTtl: number,
): (CopiedCell | undefined)[] {
  const { entry } = row;
  const json = entry && columns.some(({ path }) => path) ? jsonOf(entry.value) : undefined;
  return columns.map((column) =>
    column.path ? copiedValue(row, column.path, json) : copiedKey(row, column, bucketTtl),
  );
}

function copiedValue(
  { entry }: TableRow,
  path: NonNullable<TableColumn['path']>,
  json: ReturnType<typeof jsonOf>,
): CopiedCell | undefined {
  const value = valueAt(json, path);
  const asText = path.length === 0 && entry && json === undefined;
  const whole = asText ? exactText(entry.value) : undefined;
  if (value === undefined) {
    return whole === undefined ? undefined : asJson(whole);
  }
  const text = previewJson(value, Infinity);
  return { text: typeof value === 'string' ? value : text, json: text };
}

function copiedKey(
  { key, info, entry }: TableRow,
  { id }: TableColumn,
  bucketTtl: number,
): CopiedCell | undefined {
  switch (id) {
    case 'key':
      return asJson(key);
    case 'operation':
      return asJson(info ? 'put' : 'delete');
    case 'headers': {
      const text = entry ? headersText(entry) : '';
      return text === '' ? undefined : asJson(text);
    }
    default:
      return info && copiedFact(id, factOf(info, id, bucketTtl));
  }
}

/** Times are told as such: an age would be wrong by the time it is read. */
function copiedFact(column: string, fact: number): CopiedCell | undefined {
  if (Number.isNaN(fact)) {
    return undefined;
  }
  if (column === 'age' || column === 'ttl') {
    return asJson(new Date(Math.abs(fact)).toISOString());
  }
  return { text: String(fact), json: String(fact) };
}

function asJson(text: string): CopiedCell {
  return { text, json: JSON.stringify(text) };
}
