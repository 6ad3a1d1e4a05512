import { CsvError, parse } from 'csv-parse/sync';
import { t } from '../base/l10n';
import { KvError } from '../model/errors';

/**
 * The cells of a text that a spreadsheet has copied: tabs between columns, quotes around what holds tabs
 * or line ends. One cell too. Throws `invalidConfig` for quotes that do not end.
 */
export function pastedCells(text: string): string[][] {
  // A spreadsheet ends its last row too; a text that is one cell may be any.
  const isOne = !/[\t\r\n]/.test(text.replace(/\r?\n$/, ''));
  if (isOne) {
    return [[text.replace(/\r?\n$/, '')]];
  }
  try {
    return parse(text, {
      delimiter: '\t',
      relaxColumnCount: true,
      relaxQuotes: true,
      skipEmptyLines: false,
    });
  } catch (error) {
    if (error instanceof CsvError) {
      throw new KvError('invalidConfig', t('what is pasted is no table: {0}', error.message), {
        cause: error,
      });
    }
    throw error;
  }
}

/** One cell for all that is selected, or as many as there are from its first one on. */
export function pastedAt(
  cells: readonly (readonly string[])[],
  row: number,
  column: number,
): string | undefined {
  const [only] = cells.length === 1 ? cells : [];
  return only?.length === 1 ? only[0] : cells[row]?.[column];
}
