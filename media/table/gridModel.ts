import type {
  CellView,
  ColumnView,
  RowsMessage,
  RowView,
} from '../../src/views/table/tableProtocol';

/** A place in the grid; row -1 is that of the headers. */
export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

/** The cells from one corner to the other, both included. */
export interface GridRange {
  readonly first: number;
  readonly last: number;
  readonly left: number;
  readonly right: number;
}

/** How long a cell that has changed is pointed out. */
const pulseMs = 1_500;

/**
 * Owns what the page has of the rows, and which cells are chosen; changes only through its methods.
 */
export class GridModel {
  private readonly rows = new Map<number, RowView>();
  private places = new Map<string, number>();
  private known = new Map<string, RowView>();
  private readonly pulses = new Map<string, number>();
  private anchor: GridPlace = { row: 0, column: 0 };
  columns: readonly ColumnView[] = [];
  count = 0;
  version = -1;
  /** When the bucket was made that the rows are of, where that is known. */
  created: number | undefined;
  active: GridPlace = { row: 0, column: 0 };

  /** Takes in rows as they are now. Tells whether the order is another one. */
  take({ version, created, count, rows, columns, active }: RowsMessage, now: number): boolean {
    const isOther = version !== this.version;
    this.created = created;
    this.version = version;
    this.count = count;
    this.rows.clear();
    this.places = new Map(columns.map((id, at) => [id, at]));
    const known = new Map(rows.map((row) => [row.key, row]));
    for (const row of rows) {
      this.rows.set(row.at, row);
      this.notePulses(row, now);
    }
    this.known = known;
    if (isOther) {
      const { row, column } = this.active;
      const found = active === undefined || active < 0 ? row : active;
      this.choose({ row: Math.min(found, Math.max(0, count - 1)), column });
    }
    return isOther;
  }

  row(at: number): RowView | undefined {
    return this.rows.get(at);
  }

  /** What a row has in a column; undefined for nothing. The columns may stand otherwise by now. */
  cell(row: RowView, column: string): CellView | undefined {
    return row.cells[this.places.get(column) ?? -1];
  }

  /** Whether a cell has changed a moment ago. */
  isPulsing(key: string, column: string, now: number): boolean {
    return (this.pulses.get(`${key} ${column}`) ?? 0) > now;
  }

  /** Forgets changes that have been pointed out; tells when the next is over. */
  nextPulseEnd(now: number): number | undefined {
    for (const [cell, end] of this.pulses) {
      if (end <= now) {
        this.pulses.delete(cell);
      }
    }
    return this.pulses.size === 0 ? undefined : Math.min(...this.pulses.values());
  }

  get activeRow(): RowView | undefined {
    return this.rows.get(this.active.row);
  }

  get activeColumn(): ColumnView | undefined {
    return this.columns[this.active.column];
  }

  get range(): GridRange {
    const { anchor, active } = this;
    return {
      first: Math.max(0, Math.min(anchor.row, active.row)),
      last: Math.max(anchor.row, active.row),
      left: Math.min(anchor.column, active.column),
      right: Math.max(anchor.column, active.column),
    };
  }

  /** Whether more than the active cell is chosen. */
  get isRange(): boolean {
    const { anchor, active } = this;
    return anchor.row !== active.row || anchor.column !== active.column;
  }

  isChosen(row: number, column: number): boolean {
    const { first, last, left, right } = this.range;
    return row >= first && row <= last && column >= left && column <= right;
  }

  /** Makes a cell the active one; the others up to the anchor stay chosen where it `extends` them. */
  choose({ row, column }: GridPlace, extends_ = false): void {
    const lowest = extends_ ? 0 : -1;
    this.active = {
      row: Math.max(lowest, Math.min(row, Math.max(0, this.count - 1))),
      column: Math.max(0, Math.min(column, this.columns.length - 1)),
    };
    if (!extends_) {
      this.anchor = this.active;
    }
  }

  /** The whole rows of what is chosen. */
  chooseRows(): void {
    const { anchor, active } = this;
    this.anchor = { row: anchor.row, column: 0 };
    this.active = { row: active.row, column: this.columns.length - 1 };
  }

  /** The whole columns of what is chosen. */
  chooseColumns(): void {
    const { anchor, active } = this;
    this.anchor = { row: 0, column: anchor.column };
    this.active = { row: this.count - 1, column: active.column };
  }

  chooseAll(): void {
    this.anchor = { row: 0, column: 0 };
    this.active = { row: this.count - 1, column: this.columns.length - 1 };
  }

  /** Where a key moves the active cell to; undefined for a key that moves nothing. */
  target(key: string, page: number, isFar: boolean): GridPlace | undefined {
    const { row, column } = this.active;
    const last = { row: this.count - 1, column: this.columns.length - 1 };
    switch (key) {
      case 'ArrowDown':
        return { row: isFar ? last.row : row + 1, column };
      case 'ArrowUp':
        return { row: isFar ? 0 : row - 1, column };
      case 'ArrowRight':
        return { row, column: isFar ? last.column : column + 1 };
      case 'ArrowLeft':
        return { row, column: isFar ? 0 : column - 1 };
      case 'PageDown':
        return { row: row + page, column };
      case 'PageUp':
        return { row: Math.max(0, row - page), column };
      case 'Home':
        return { row: isFar ? 0 : row, column: 0 };
      case 'End':
        return { row: isFar ? last.row : row, column: last.column };
      default:
        return undefined;
    }
  }

  private notePulses(row: RowView, now: number): void {
    const before = this.known.get(row.key);
    if (!before || before.isLoading || before.revision === row.revision) {
      return;
    }
    this.places.forEach((at, id) => {
      if (before.cells[at]?.text !== row.cells[at]?.text) {
        this.pulses.set(`${row.key} ${id}`, now + pulseMs);
      }
    });
  }
}
