import type { Background } from '../../kv/base/background';
import type { Disposable } from '../../kv/base/event';
import { isLive } from '../../kv/model/entry';
import { messageOf } from '../../kv/model/errors';
import type { KvConnection } from '../../kv/model/kvConnection';
import type { BulkOutcome } from '../../kv/operations/bulk';
import type { KeyTable } from '../../kv/table/keyTable';
import type { TableChange } from '../../kv/table/tableChanges';
import { columnOf, type TableColumn } from '../../kv/table/tableColumn';
import { TableEdits, type EditOutcome } from '../../kv/table/tableEdits';
import { tableText, type CopyFormat } from '../../kv/table/tableText';
import { displayText } from '../../kv/values/displayText';
import { editedMessage, undoneText } from './tableOutcome';
import type {
  RowsChange,
  SelectedCells,
  TableHostMessage,
  TablePageMessage,
} from './tableProtocol';
import { copiedCells, selectedRows, summaryText } from './tableSelection';
import { TableWork, type TableWorkParts } from './tableWork';

export interface TableDeedsParts {
  readonly table: KeyTable;
  readonly bucket: string;
  readonly inBackground: Background;
  readonly connection: () => KvConnection | undefined;
  readonly columns: () => readonly TableColumn[];
  readonly send: (slot: string, message: TableHostMessage) => void;
  readonly copy: (text: string) => PromiseLike<unknown>;
  readonly pasted: TableWorkParts['pasted'];
  readonly askCopyName: TableWorkParts['askCopyName'];
  readonly plan: TableWorkParts['plan'];
  /** Tells what the page has no place for. */
  readonly tell: (text: string) => void;
  /** What can be undone is another. */
  readonly changed: () => void;
}

/** Conflicts that are shown in their cells after several rows were changed; the report tells all. */
const mostConflicts = 20;

/** Owns what is done with the cells of a table: edits, their undoing, sums, copies. */
export class TableDeeds implements Disposable {
  private readonly edits = new TableEdits();
  private readonly ended = new AbortController();
  private readonly work: TableWork;
  private selecting: AbortController | undefined;

  constructor(private readonly parts: TableDeedsParts) {
    this.work = new TableWork({
      ...parts,
      signal: this.ended.signal,
      ran: (changes, outcomes) =>
        parts.inBackground('show what became of rows', this.ran(changes, outcomes)),
    });
  }

  get canUndo(): boolean {
    return this.edits.canUndo;
  }

  dispose(): void {
    this.ended.abort();
    this.selecting?.abort();
  }

  async edit(message: TablePageMessage & { kind: 'edit' }): Promise<void> {
    const { key, revision, created, column, typed } = message;
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
    const isOther = created !== undefined && created !== bucketCreated;
    const base =
      seen.revision === revision && !isOther
        ? seen
        : // Another bucket of the name has other messages under the same numbers.
          isOther
          ? undefined
          : await connection.getRevision(bucket, key, revision);
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

  /** Shows what is to be done with the rows that are selected, before it is. */
  async change(cells: SelectedCells, change: RowsChange): Promise<void> {
    try {
      await this.work.change(cells, change);
    } catch (error) {
      this.parts.tell(messageOf(error));
    }
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

  /** Shows in the cells what was refused since somebody else was faster. */
  private async ran(
    changes: readonly TableChange[],
    outcomes: readonly BulkOutcome[],
  ): Promise<void> {
    const { bucket, connection, send, table } = this.parts;
    const refused = changes.filter((_, at) => {
      const outcome = outcomes[at];
      const isChanged = outcome?.kind === 'skipped' && outcome.why !== 'left';
      return isChanged && outcome.why !== 'cancelled';
    });
    const shown = refused.filter(({ cells }) => cells.length > 0).slice(0, mostConflicts);
    const keys = shown.map(({ change: { key } }) => key);
    const { signal } = this.ended;
    const entries = keys.length > 0 ? await connection()?.getMany(bucket, keys, { signal }) : [];
    shown.forEach(({ change: { key }, cells: [cell] }, at) => {
      const found = entries?.[at];
      const current = found && isLive(found) ? found : undefined;
      if (current) {
        table.values.put(current);
      }
      if (cell) {
        const message = editedMessage({ ...cell, key }, { kind: 'conflict', current });
        send(`edited ${cell.column} ${key}`, message);
      }
    });
  }

  private source(signal: AbortSignal) {
    const { table } = this.parts;
    return { table, bucket: this.parts.bucket, connection: this.parts.connection(), signal };
  }

  private columnsOf({ columns }: SelectedCells): TableColumn[] {
    return columns.flatMap((id) => this.parts.columns().find((each) => each.id === id) ?? []);
  }
}
