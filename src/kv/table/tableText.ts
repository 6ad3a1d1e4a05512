import { stringify } from 'csv-stringify/sync';
import type { CopiedCell } from './copiedCell';

export type CopyFormat = 'tsv' | 'csv' | 'markdown' | 'json';
export type ExportFormat = CopyFormat | 'ndjson';

/** What is copied of a table. A cell without a value is undefined. */
export interface CopiedCells {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (CopiedCell | undefined)[])[];
}

/** Cells as text; with the names of their columns, but for one cell and for TSV, which goes into cells. */
export function tableText(format: CopyFormat, cells: CopiedCells): string {
  const { columns, rows } = cells;
  if (format !== 'tsv') {
    return headText(format, columns) + rowsText(format, cells, true) + tailText(format);
  }
  return rows.length === 1 && columns.length === 1
    ? (rows[0]?.[0]?.text ?? '')
    : rowsText('tsv', cells, true);
}

/** What a file begins with. */
export function headText(format: ExportFormat, columns: readonly string[]): string {
  switch (format) {
    case 'tsv':
      return stringify([[...columns]], { delimiter: '\t' });
    case 'csv':
      return stringify([[...columns]]);
    case 'markdown':
      return `${markdownLine(columns)}|${columns.map(() => ' --- |').join('')}\n`;
    case 'json':
      return '[\n';
    case 'ndjson':
      return '';
  }
}

/** Some rows of a file; `isFirst` where no other came before them. */
export function rowsText(
  format: ExportFormat,
  { columns, rows }: CopiedCells,
  isFirst: boolean,
): string {
  switch (format) {
    case 'tsv':
      return rows.length === 0 ? '' : stringify(plain(rows), { delimiter: '\t' });
    case 'csv':
      return rows.length === 0 ? '' : stringify(plain(rows));
    case 'markdown':
      return plain(rows).map(markdownLine).join('');
    case 'json': {
      const lines = rows.map((row) => `  ${object(columns, row)}`).join(',\n');
      return isFirst || lines === '' ? lines : `,\n${lines}`;
    }
    case 'ndjson':
      return rows.map((row) => `${object(columns, row)}\n`).join('');
  }
}

/** What a file ends with. */
export function tailText(format: ExportFormat): string {
  return format === 'json' ? '\n]\n' : '';
}

function plain(rows: CopiedCells['rows']): string[][] {
  return rows.map((row) => row.map((cell) => cell?.text ?? ''));
}

function object(columns: readonly string[], row: CopiedCells['rows'][number]): string {
  const members = columns.flatMap((name, at) => {
    const value = row[at];
    return value === undefined ? [] : [`${JSON.stringify(name)}: ${value.json}`];
  });
  return `{${members.join(', ')}}`;
}

function markdownLine(cells: readonly string[]): string {
  return `| ${cells.map(escape).join(' | ')} |\n`;
}

/** So that a cell stays in its place and is what it says. */
function escape(text: string): string {
  return text.replace(/[\\|`*_<[\]]/g, '\\$&').replace(/\r?\n|\r/g, ' ');
}
