import type { Entry, KeyInfo } from '../model/entry';
import { ownHeaders } from '../model/headers';
import { isRuleProblem, parseRule } from '../rules/parseRule';
import { formatPath, type JsonPlace } from '../values/jsonDiff';
import { JsonNumber, previewJson, type JsonValue } from '../values/jsonValue';

/** What every key has, beside its value. */
export const keyColumns = [
  'key',
  'revision',
  'age',
  'size',
  'ttl',
  'operation',
  'headers',
] as const;

/** What the values of a column are taken for, to be aligned and ordered by. */
export type ValueType = 'number' | 'text' | 'time' | 'boolean';

/** A column by its id: the name of a key's fact, or `value.…`, a path as rules have it. */
export interface TableColumn {
  readonly id: string;
  /** Undefined for what is no part of the value. */
  readonly path: JsonPlace | undefined;
  readonly type: ValueType;
}

/** A value in a cell: how it is shown, and what stands for it in an order. */
export interface CellValue {
  readonly text: string;
  /** NaN where it is no number of its column's type. */
  readonly number: number;
  /** Whether it is a scalar of JSON, which can be edited in its place. */
  readonly isScalar: boolean;
}

const longestText = 200;
/** `2026-03-01`, with a time or not. */
const timeText = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** The column of an id; undefined for what is none. */
export function columnOf(id: string, type: ValueType = 'text'): TableColumn | undefined {
  if (keyColumns.some((name) => name === id)) {
    const isText = id === 'key' || id === 'operation' || id === 'headers';
    return { id, path: undefined, type: isText ? 'text' : 'number' };
  }
  const rule = parseRule(`${id} exists`);
  const operand = !isRuleProblem(rule) && rule.kind === 'test' ? rule.operand : undefined;
  return operand?.kind === 'value'
    ? { id: idOf(operand.path), path: operand.path, type }
    : undefined;
}

/** Whether what a column shows is only known by reading messages. */
export function needsEntry({ id, path }: TableColumn): boolean {
  return path !== undefined || id === 'headers';
}

/** The id of the column of a path. */
export function idOf(path: JsonPlace): string {
  const text = formatPath(path);
  return text === '' || text.startsWith('[') ? `value${text}` : `value.${text}`;
}

/** A JSON value as a cell of a type; undefined where there is none. */
export function cellOf(value: JsonValue | undefined, type: ValueType): CellValue | undefined {
  if (value === undefined) {
    return undefined;
  }
  const isScalar = typeof value !== 'object' || value === null || value instanceof JsonNumber;
  const text = typeof value === 'string' ? value : previewJson(value, longestText);
  return { text, number: numberOf(value, type), isScalar };
}

function numberOf(value: JsonValue, type: ValueType): number {
  if (type === 'boolean') {
    return typeof value === 'boolean' ? Number(value) : NaN;
  }
  if (type === 'time' && typeof value === 'string') {
    return timeText.test(value) ? Date.parse(value) : NaN;
  }
  return value instanceof JsonNumber ? Number(value.text) : NaN;
}

/** Which type a value of JSON has; undefined for what has none: null, objects and arrays. */
export function typeOf(value: JsonValue): ValueType | undefined {
  if (value instanceof JsonNumber) {
    return 'number';
  }
  if (typeof value === 'boolean') {
    return 'boolean';
  }
  if (typeof value === 'string') {
    return timeText.test(value) && !Number.isNaN(Date.parse(value)) ? 'time' : 'text';
  }
  return undefined;
}

/** The number that orders a key by one of its facts; NaN where it has none. */
export function factOf(info: KeyInfo, column: string, bucketTtl: number): number {
  switch (column) {
    case 'revision':
      return info.revision;
    // The older one is the larger age.
    case 'age':
      return -info.created;
    case 'size':
      return info.size;
    case 'ttl':
      return endOf(info, bucketTtl) ?? NaN;
    default:
      return NaN;
  }
}

/** When a value ends, in milliseconds since the epoch; undefined for one that does not. */
export function endOf({ created, ttl }: KeyInfo, bucketTtl: number): number | undefined {
  const life = ttl ?? (bucketTtl > 0 ? bucketTtl : 'never');
  return life === 'never' ? undefined : created + life;
}

/** The headers that the writer of an entry gave it, in a line. */
export function headersText(entry: Pick<Entry, 'headers'>): string {
  return ownHeaders(entry)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
}
