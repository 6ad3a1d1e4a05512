import type { ColumnView } from '../../src/views/table/tableProtocol';
import type { GridModel } from './gridModel';

const [narrowest, widest] = [40, 2_000];
const step = 20;
/** A width is told when nothing has moved for so long. */
const settleMs = 200;

/** Owns how wide the columns are, in a style sheet of its own; changes only through its methods. */
export class ColumnLayout {
  private readonly sheet = new CSSStyleSheet();
  private applied = '';
  private timer: number | undefined;

  constructor(private readonly changed: (columns: readonly ColumnView[]) => void) {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.sheet];
  }

  /** Whether a width is being changed, so that what the host tells is older. */
  get isMoving(): boolean {
    return this.timer !== undefined;
  }

  /** Gives the columns their widths. */
  apply(columns: readonly ColumnView[]): void {
    const total = columns.reduce((sum, { width }) => sum + width, 0);
    const rules = [
      `.head, .space, .row { min-width: ${total}px; }`,
      ...columns.map(({ width }, at) => `.c${at} { width: ${width}px; }`),
    ].join('\n');
    if (rules !== this.applied) {
      this.applied = rules;
      this.sheet.replaceSync(rules);
    }
  }

  resize(columns: readonly ColumnView[], at: number, width: number): void {
    const fit = Math.round(Math.min(widest, Math.max(narrowest, width)));
    const changed = columns.map((column, index) =>
      index === at ? { ...column, width: fit } : column,
    );
    this.apply(changed);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.timer = undefined;
      this.changed(changed);
    }, settleMs);
  }

  move(columns: readonly ColumnView[], from: number, to: number): void {
    const moved = columns[from];
    if (moved && from !== to && to >= 0 && to < columns.length) {
      const others = columns.filter((_, at) => at !== from);
      this.changed([...others.slice(0, to), moved, ...others.slice(to)]);
    }
  }

  /** With Alt, arrows move the active column, and with Shift they make it wider or narrower. */
  handle(model: GridModel, key: string, isShift: boolean): boolean {
    const by = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
    const { columns, active, activeColumn } = model;
    if (by === 0 || !activeColumn) {
      return false;
    }
    if (isShift) {
      this.resize(columns, active.column, activeColumn.width + by * step);
    } else {
      const to = active.column + by;
      this.move(columns, active.column, to);
      model.choose({ row: active.row, column: to });
    }
    return true;
  }
}
