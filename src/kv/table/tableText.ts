import { stringify } from 'csv-stringify/sync';

export type CopyFormat = 'tsv' | 'csv' | 'markdown' | 'json';

/** What is copied of a table. A cell without a value is undefined. */
export interface CopiedCells {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | undefined)[])[];
  /** The same as JSON texts, for what is to be JSON: numbers by their digits. */
  readonly json: readonly (readonly (string | undefined)[])[];
}

/** Cells as text; with the names of their columns, but for one cell and for TSV, which goes into cells. */
export function tableText(format: CopyFormat, { columns, rows, json }: CopiedCells): string {
  switch (format) {
    case 'tsv':
      return rows.length === 1 && columns.length === 1
        ? (rows[0]?.[0] ?? '')
        : stringify(plain(rows), { delimiter: '\t' });
    case 'csv':
      return stringify([[...columns], ...plain(rows)]);
    case 'markdown':
      return markdown(columns, rows);
    case 'json':
      return `[\n${json.map((row) => `  ${object(columns, row)}`).join(',\n')}\n]\n`;
  }
}

function plain(rows: CopiedCells['rows']): string[][] {
  return rows.map((row) => row.map((cell) => cell ?? ''));
}

function object(columns: readonly string[], row: readonly (string | undefined)[]): string {
  const members = columns.flatMap((name, at) => {
    const value = row[at];
    return value === undefined ? [] : [`${JSON.stringify(name)}: ${value}`];
  });
  return `{${members.join(', ')}}`;
}

function markdown(columns: readonly string[], rows: CopiedCells['rows']): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escape).join(' | ')} |\n`;
  const rule = `|${columns.map(() => ' --- |').join('')}\n`;
  return line(columns) + rule + plain(rows).map(line).join('');
}

/** So that a cell stays in its place and is what it says. */
function escape(text: string): string {
  return text.replace(/[\\|`*_<[\]]/g, '\\$&').replace(/\r?\n|\r/g, ' ');
}
