import { CsvError, parse } from 'csv-parse/sync';
import { t } from '../../base/l10n';
import { KvError } from '../../model/errors';
import { plainEntry, type SourceItem } from '../source';
import type { TextReader } from './maps';

interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads a table whose first row names the columns. `key` has the keys; `value` the values as they
 * are; without one a value is an object of the other columns, `$.a.b` or `a.b` being `b` in `a`.
 */
export const readCsv: TextReader = function* (text) {
  const [head, ...rows] = rowsOf(text);
  const titles = head?.record.map((title) => title.trim()) ?? [];
  const keyAt = titles.indexOf('key');
  const valueAt = titles.indexOf('value');
  if (keyAt < 0) {
    throw new KvError('invalidConfig', t('line 1: a column named key is expected'));
  }
  if (valueAt < 0 && titles.length < 2) {
    throw new KvError('invalidConfig', t('line 1: a column named value is expected, or others'));
  }
  for (const { record, info } of rows) {
    const key = record[keyAt] ?? '';
    const line = info.lines;
    yield valueAt >= 0
      ? plainEntry(key, bytesOf(record[valueAt] ?? ''), line)
      : objectEntry(key, titles, record, line);
  }
};

function rowsOf(text: string): Row[] {
  try {
    return parse(text, { info: true, skipEmptyLines: true }) as unknown as Row[];
  } catch (error) {
    if (error instanceof CsvError) {
      const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
      const message = t('line {0}: {1}', line, error.message);
      throw new KvError('invalidConfig', message, { cause: error });
    }
    throw error;
  }
}

/** Empty cells are left out; what reads as a number, `true`, `false` or `null` is that. */
function objectEntry(
  key: string,
  titles: readonly string[],
  record: readonly string[],
  line: number,
): SourceItem {
  const root = new Map<string, unknown>();
  for (const [at, title] of titles.entries()) {
    const cell = record[at] ?? '';
    if (title === 'key' || cell === '') {
      continue;
    }
    const path = title.replace(/^\$\.?/, '').split('.');
    const name = path.pop() ?? '';
    let inner = root;
    for (const step of path) {
      const next = inner.get(step) ?? new Map<string, unknown>();
      if (!(next instanceof Map)) {
        return { problem: t('column {0}: {1} is no object', title, step), line, key };
      }
      inner.set(step, next);
      inner = next as Map<string, unknown>;
    }
    inner.set(
      name,
      /^(-?(0|[1-9]\d{0,14})(\.\d+)?|true|false|null)$/.test(cell) ? JSON.parse(cell) : cell,
    );
  }
  return plainEntry(key, bytesOf(JSON.stringify(objectOf(root))), line);
}

function objectOf(value: unknown): unknown {
  return value instanceof Map
    ? Object.fromEntries([...value].map(([name, inner]) => [name as string, objectOf(inner)]))
    : value;
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}
