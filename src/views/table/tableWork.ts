import * as vscode from 'vscode';
import type { Entry } from '../../kv/model/entry';
import { KvError } from '../../kv/model/errors';
import { keyProblem } from '../../kv/model/key';
import type { KvConnection } from '../../kv/model/kvConnection';
import type { BulkOutcome } from '../../kv/operations/bulk';
import { copiedRow } from '../../kv/table/copiedCell';
import type { CopyName } from '../../kv/table/copyName';
import type { KeyTable, TableRow } from '../../kv/table/keyTable';
import { pastedAt, pastedCells } from '../../kv/table/pastedCells';
import {
  changesOfCells,
  copiesOf,
  deletionsOf,
  type TableChange,
  type TableChanges,
  type TypedCell,
} from '../../kv/table/tableChanges';
import { columnOf, type TableColumn } from '../../kv/table/tableColumn';
import { valueAt } from '../../kv/values/jsonDiff';
import { isJsonArray, isJsonObject } from '../../kv/values/jsonValue';
import { jsonOf } from '../../kv/values/valueText';
import { formatCount } from '../format/format';
import type { RowsChange, SelectedCells } from './tableProtocol';
import { selectedRows } from './tableSelection';

/** What is to be done with several rows, to be shown before it is done. */
export interface TablePlanRequest extends TableChanges {
  readonly does: RowsChange['does'];
  readonly bucket: string;
  /** When the bucket was made that the rows are of, where that is known. */
  readonly bucketCreated: number | undefined;
  /** Told what became of it, so that the cells show it. */
  readonly ran: (changes: readonly TableChange[], outcomes: readonly BulkOutcome[]) => void;
}

export interface TableWorkParts {
  readonly table: KeyTable;
  readonly bucket: string;
  readonly connection: () => KvConnection | undefined;
  readonly columns: () => readonly TableColumn[];
  readonly signal: AbortSignal;
  /** What is in the clipboard. */
  readonly pasted: () => PromiseLike<string>;
  /** Asks what the copies of keys are to be called; undefined where the user thought better of it. */
  readonly askCopyName: (keys: readonly string[]) => Promise<CopyName | undefined>;
  readonly plan: (request: TablePlanRequest) => Promise<void>;
  readonly ran: TablePlanRequest['ran'];
}

/** Makes plans of what is done to the rows that are selected. Throws for what cannot be planned. */
export class TableWork {
  constructor(private readonly parts: TableWorkParts) {}

  async change(cells: SelectedCells, change: RowsChange): Promise<void> {
    const { table, bucket, plan, ran } = this.parts;
    const bucketCreated = table.bucketCreated;
    const changes = await this.changesOf(cells, change);
    if (table.bucketCreated !== bucketCreated) {
      throw new KvError(
        'notFound',
        vscode.l10n.t('"{0}" was deleted and made again meanwhile', bucket),
      );
    }
    if (changes) {
      await plan({ does: change.does, bucket, bucketCreated, ...changes, ran });
    }
  }

  private async changesOf(
    cells: SelectedCells,
    change: RowsChange,
  ): Promise<TableChanges | undefined> {
    switch (change.does) {
      case 'set': {
        const { column, typed } = change;
        const path = columnOf(column)?.path;
        const typedCells = path ? [{ column, path, typed }] : [];
        return changesOfCells(await this.rowsOf(cells), () => typedCells);
      }
      case 'fill':
        return this.filled(cells);
      case 'paste':
        return this.pasted(cells);
      case 'delete':
        return deletionsOf(await this.rowsOf(cells));
      case 'duplicate':
        return this.duplicated(cells);
    }
  }

  /** What the first row has, in those below it. */
  private async filled(cells: SelectedCells): Promise<TableChanges> {
    const [source, ...rows] = await this.rowsOf(cells);
    if (!source || rows.length === 0) {
      const reason = vscode.l10n.t('select the row to fill from and those below it');
      throw new KvError('invalidConfig', reason);
    }
    const typed = this.valueColumns(cells).flatMap((column) => scalarOf(source, column));
    return changesOfCells(rows, () => typed);
  }

  private async pasted(cells: SelectedCells): Promise<TableChanges> {
    const pasted = pastedCells(await this.parts.pasted());
    const [only] = pasted;
    const isOne = pasted.length === 1 && only?.length === 1;
    const { first } = cells;
    const { table } = this.parts;
    const last = isOne ? cells.last : first + pasted.length - 1;
    if (last >= table.count) {
      const counts = [pasted.length, table.count - first].map(formatCount);
      const reason = vscode.l10n.t('{0} rows are pasted, but there are only {1} here', ...counts);
      throw new KvError('invalidConfig', reason);
    }
    const columns = isOne ? this.columnsOf(cells.columns) : this.columnsFrom(cells.columns[0]);
    const width = Math.max(...pasted.map((row) => row.length));
    if (width > columns.length) {
      const counts = [width, columns.length].map(formatCount);
      const reason = vscode.l10n.t(
        '{0} columns are pasted, but there are only {1} here',
        ...counts,
      );
      throw new KvError('invalidConfig', reason);
    }
    const rows = await this.rowsOf({ ...cells, last });
    return changesOfCells(rows, (row, at) =>
      columns.flatMap((column, index) => pastedInto(row, column, pastedAt(pasted, at, index))),
    );
  }

  private async duplicated(cells: SelectedCells): Promise<TableChanges | undefined> {
    const rows = await this.rowsOf(cells);
    const nameOf = await this.parts.askCopyName(rows.map(({ key }) => key));
    const connection = this.parts.connection();
    if (!nameOf || !connection) {
      return undefined;
    }
    const names = rows.map(({ key }) => nameOf(key)).filter((name) => !keyProblem(name));
    const { bucket, signal } = this.parts;
    const entries = await connection.getMany(bucket, names, { signal });
    const stored = new Map(
      names.map((name, at): [string, Entry | undefined] => [name, entries[at]]),
    );
    return copiesOf(rows, nameOf, (key) => stored.get(key));
  }

  private async rowsOf({ version, first, last }: SelectedCells): Promise<TableRow[]> {
    const { table, bucket, connection, signal } = this.parts;
    if (version !== table.version) {
      const reason = vscode.l10n.t('the rows have moved meanwhile: select them again');
      throw new KvError('cancelled', reason);
    }
    const link = connection();
    if (!link) {
      throw new KvError('disconnected', vscode.l10n.t('there is no connection'));
    }
    const selection = { first, last, columns: [], isWhole: true };
    return selectedRows(selection, { table, bucket, connection: link, signal });
  }

  private valueColumns({ columns }: SelectedCells): TableColumn[] {
    return this.columnsOf(columns).filter(({ path }) => path !== undefined);
  }

  private columnsOf(ids: readonly string[]): TableColumn[] {
    return ids.flatMap((id) => this.parts.columns().find((each) => each.id === id) ?? []);
  }

  private columnsFrom(id: string | undefined): readonly TableColumn[] {
    const columns = this.parts.columns();
    const at = columns.findIndex((each) => each.id === id);
    return at < 0 ? [] : columns.slice(at);
  }
}

/** What a row has in a column, to be typed elsewhere; nothing but scalars. */
function scalarOf(row: TableRow, column: TableColumn): TypedCell[] {
  const value = column.path && row.entry && valueAt(jsonOf(row.entry.value), column.path);
  if (!column.path || value === undefined || isJsonArray(value) || isJsonObject(value)) {
    return [];
  }
  const [cell] = copiedRow(row, [column], 0);
  return [{ column: column.id, path: column.path, typed: cell?.text ?? '' }];
}

/** Columns of keys stay as they are; so does what is no text where an empty cell is pasted. */
function pastedInto(
  { entry }: TableRow,
  { id, path }: TableColumn,
  typed: string | undefined,
): TypedCell[] {
  if (!path || typed === undefined) {
    return [];
  }
  const isText = typeof (entry && valueAt(jsonOf(entry.value), path)) === 'string';
  return typed === '' && !isText ? [] : [{ column: id, path, typed }];
}
