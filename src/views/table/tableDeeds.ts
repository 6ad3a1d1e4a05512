import type { Disposable } from '../../kv/base/event';
import { messageOf } from '../../kv/model/errors';
import type { KvConnection } from '../../kv/model/kvConnection';
import type { KeyTable } from '../../kv/table/keyTable';
import { columnOf, type TableColumn } from '../../kv/table/tableColumn';
import { TableEdits, type EditOutcome } from '../../kv/table/tableEdits';
import { tableText, type CopyFormat } from '../../kv/table/tableText';
import { displayText } from '../../kv/values/displayText';
import { editedMessage, undoneText } from './tableOutcome';
import type { SelectedCells, TableHostMessage, TablePageMessage } from './tableProtocol';
import { copiedCells, selectedRows, summaryText } from './tableSelection';

export interface TableDeedsParts {
  readonly table: KeyTable;
  readonly bucket: string;
  readonly connection: () => KvConnection | undefined;
  readonly columns: () => readonly TableColumn[];
  readonly send: (slot: string, message: TableHostMessage) => void;
  readonly copy: (text: string) => PromiseLike<unknown>;
  /** Tells what the page has no place for. */
  readonly tell: (text: string) => void;
  /** What can be undone is another. */
  readonly changed: () => void;
}

/** Owns what is done with the cells of a table: edits, their undoing, sums, copies. */
export class TableDeeds implements Disposable {
  private readonly edits = new TableEdits();
  private readonly ended = new AbortController();
  private selecting: AbortController | undefined;

  constructor(private readonly parts: TableDeedsParts) {}

  get canUndo(): boolean {
    return this.edits.canUndo;
  }

  dispose(): void {
    this.ended.abort();
    this.selecting?.abort();
  }

  async edit(message: TablePageMessage & { kind: 'edit' }): Promise<void> {
    const { key, revision, column, typed } = message;
    const path = columnOf(column)?.path;
    const connection = this.parts.connection();
    const seen = this.parts.table.values.get(key);
    if (!path || !connection || !seen) {
      return;
    }
    const { bucketCreated } = this.parts.table;
    const { bucket } = this.parts;
    const { signal } = this.ended;
    // What was seen is another message by now where a change came while it was typed.
    const base =
      seen.revision === revision ? seen : await connection.getRevision(bucket, key, revision);
    const outcome: EditOutcome = base
      ? await this.edits.edit(
          { connection, bucket, bucketCreated, seen: base, path, typed },
          signal,
        )
      : { kind: 'conflict', current: seen };
    const entry = outcome.kind === 'saved' ? outcome.entry : undefined;
    const stored = outcome.kind === 'conflict' ? outcome.current : entry;
    if (stored) {
      this.parts.table.values.put(stored);
    }
    this.parts.send(
      `edited ${column} ${key}`,
      editedMessage({ key, column, path, typed }, outcome),
    );
    this.parts.changed();
  }

  async undo(): Promise<void> {
    const connection = this.parts.connection();
    if (connection) {
      const outcome = await this.edits.undo(connection, this.parts.bucket, this.ended.signal);
      if (outcome?.kind === 'saved') {
        this.parts.table.values.put(outcome.entry);
      } else if (outcome) {
        this.parts.tell(undoneText(outcome));
      }
      this.parts.changed();
    }
  }

  async summarize(cells: SelectedCells): Promise<void> {
    const columns = this.columnsOf(cells);
    if (cells.version !== this.parts.table.version) {
      return;
    }
    this.selecting?.abort();
    const selecting = (this.selecting = new AbortController());
    const { first, last } = cells;
    let text: string;
    try {
      const rows = await selectedRows({ first, last, columns }, this.source(selecting.signal));
      text = summaryText(rows, columns, this.parts.table);
    } catch (error) {
      text = displayText(messageOf(error));
    }
    if (!selecting.signal.aborted) {
      this.parts.send('summary', { kind: 'summary', text });
    }
  }

  async copy(cells: SelectedCells, format: CopyFormat): Promise<void> {
    const columns = this.columnsOf(cells);
    const { first, last } = cells;
    try {
      const rows = await selectedRows({ first, last, columns }, this.source(this.ended.signal));
      await this.parts.copy(tableText(format, copiedCells(rows, columns, this.parts.table.ttl)));
    } catch (error) {
      this.parts.tell(messageOf(error));
    }
  }

  private source(signal: AbortSignal) {
    const { table } = this.parts;
    return { table, bucket: this.parts.bucket, connection: this.parts.connection(), signal };
  }

  private columnsOf({ columns }: SelectedCells): TableColumn[] {
    return columns.flatMap((id) => this.parts.columns().find((each) => each.id === id) ?? []);
  }
}
