import { html, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { CopyFormat } from '../../src/kv/table/tableText';
import type {
  ColumnView,
  EditedMessage,
  RowsChange,
  RowsMessage,
  RowView,
  SortView,
  StateMessage,
  TablePageMessage,
} from '../../src/views/table/tableProtocol';
import type { TableTexts } from '../../src/views/table/tableTexts';
import { cellId, cellTemplate } from './cellTemplate';
import { CellEdits } from './cellEdits';
import { ColumnLayout } from './columnLayout';
import { GridModel, type GridPlace } from './gridModel';
import { GridKeys } from './gridKeys';
import { GridPointer } from './gridPointer';
import { headId, headTemplate, nameOf } from './headTemplate';
import { RowWindow } from './rowWindow';

export interface GridParts {
  /** Something that is shown has changed. */
  readonly onChange: () => void;
  readonly send: (message: TablePageMessage, slot?: string) => void;
  readonly state: () => StateMessage | undefined;
  readonly onSort: (sort: SortView | undefined) => void;
  /** The value of the active row is to be looked at, or no more. */
  readonly onLook: () => void;
  /** Tells whether something was left: what is beside the rows. */
  readonly onLeave: () => boolean;
}

/**
 * Owns the rows of the table as they are on the page: what is in view, what is chosen, what is typed.
 * Rows are all of one height, so that those in view are told by where it is scrolled to.
 */
export class Grid {
  readonly model = new GridModel();
  private readonly window: RowWindow;
  private readonly layout: ColumnLayout;
  private readonly edits: CellEdits;
  private readonly keys: GridKeys;
  private readonly pointer: GridPointer;
  private timer: number | undefined;
  private texts: TableTexts | undefined;

  constructor(private readonly parts: GridParts) {
    const { send, onChange } = parts;
    this.window = new RowWindow({
      model: this.model,
      row: (at) => this.rowTemplate(at),
      look: (first, count) => send({ kind: 'look', first, count }, 'look'),
    });
    this.layout = new ColumnLayout((columns) => {
      this.model.columns = columns;
      send({ kind: 'columns', columns }, 'columns');
      onChange();
    });
    this.edits = new CellEdits({
      ...{ model: this.model, send, chosen: () => this.chosen() },
      onChange: () => this.editsChanged(),
    });
    this.keys = new GridKeys({
      ...{ model: this.model, layout: this.layout, edits: this.edits, send },
      page: () => this.window.page,
      choose: (place, isExtending) => {
        this.choose(place, isExtending);
        this.reveal();
      },
      chosen: () => this.tellChoice(),
      copy: () => this.copy('tsv'),
      change: (change) => this.change(change),
      removeColumn: (at) => this.removeColumn(at),
      look: () => parts.onLook(),
      leave: () => this.leave() || parts.onLeave(),
      sort: (at) => this.sort(at),
    });
    this.pointer = new GridPointer({
      edits: this.edits,
      isRange: () => this.model.isRange,
      choose: (place, isExtending) => this.choose(place, isExtending),
      hold: (isHeld) => send({ kind: 'hold', isHeld }, 'hold'),
      startOrOpen: () => this.keys.startOrOpen(),
    });
  }

  take(message: RowsMessage): void {
    const isOther = this.model.take(message, performance.now());
    window.clearTimeout(this.timer);
    this.endPulses();
    if (isOther) {
      this.window.reordered();
      this.tellChoice();
    }
  }

  takeEdited(message: EditedMessage): void {
    this.edits.takeOutcome(message);
  }

  takeColumns(columns: readonly ColumnView[]): void {
    if (!this.layout.isMoving) {
      this.model.columns = columns;
    }
  }

  copy(format: CopyFormat): void {
    this.parts.send({ kind: 'copy', format, ...this.chosen() });
  }

  /** Does something to the rows that are chosen; the host shows it first. */
  change(change: RowsChange): void {
    if (this.model.active.row >= 0) {
      this.parts.send({ kind: 'change', change, ...this.chosen() });
    }
  }

  focus(): void {
    this.window.element.value?.focus();
  }

  dispose(): void {
    this.window.dispose();
    window.clearTimeout(this.timer);
  }

  /** To be called when what is shown was rendered: sizes are set on the elements, no style in the markup. */
  rendered(): void {
    this.window.rendered();
    this.layout.apply(this.model.columns);
    const { element } = this.window;
    this.edits.focus(() => element.value?.querySelector<HTMLInputElement>('input.edit'));
  }

  template(texts: TableTexts, state: StateMessage): TemplateResult {
    const { active, columns, count } = this.model;
    this.texts = texts;
    const activeId = active.row < 0 ? headId(active.column) : cellId(active.row, active.column);
    return html`<div
      class="grid"
      role="grid"
      tabindex="0"
      aria-label=${texts.rows}
      aria-rowcount=${count + 1}
      aria-colcount=${columns.length}
      aria-multiselectable="true"
      aria-activedescendant=${activeId}
      ${ref(this.window.element)}
      @scroll=${{ handleEvent: () => this.window.scrolled(), passive: true }}
      @keydown=${(event: KeyboardEvent) => this.keyDown(event)}
      @pointerdown=${(event: PointerEvent) => this.pointer.pressed(event)}
      @pointermove=${(event: PointerEvent) => this.pointer.moved(event)}
      @pointerup=${() => this.pointer.released()}
      @pointerleave=${() => this.pointer.left()}
      @dblclick=${(event: MouseEvent) => this.pointer.doubleClicked(event)}
    >
      ${headTemplate({
        ...{ columns, texts, sort: state.sort, active: active.row < 0 ? active.column : undefined },
        onSort: (at) => this.sort(at),
        onResize: (at, width) => this.layout.resize(columns, at, width),
        onMove: (from, to) => this.layout.move(columns, from, to),
      })}
      <div class="space" role="rowgroup" ${ref(this.window.space)}>
        <div class="made" role="presentation" ${ref(this.window.made)}></div>
      </div>
      ${count === 0 && state.isListed ? html`<p class="empty dim">${texts.empty}</p>` : ''}
    </div>`;
  }

  private rowTemplate(at: number): TemplateResult {
    const { model, edits, texts } = this;
    const row = model.row(at) ?? unknownRow(at);
    const now = performance.now();
    return html`<div
      class="row ${row.isGone ? 'gone' : ''} ${at % 2 ? 'odd' : ''}"
      role="row"
      aria-rowindex=${at + 2}
      data-row=${at}
    >
      ${
        texts &&
        model.columns.map((column, index) =>
          cellTemplate({
            ...{ row, column, texts, at: index, cell: model.cell(row, column.id) },
            name: nameOf(column, texts),
            isActive: model.active.row === at && model.active.column === index,
            isChosen: model.isChosen(at, index),
            isPulsing: model.isPulsing(row.key, column.id, now),
            ...edits.partsOf(row.key, column.id),
          }),
        )
      }
    </div>`;
  }

  private endPulses(): void {
    const now = performance.now();
    const next = this.model.nextPulseEnd(now);
    if (next !== undefined) {
      this.timer = window.setTimeout(
        () => {
          this.endPulses();
          this.parts.onChange();
        },
        next - now + 1,
      );
    }
  }

  private editsChanged(): void {
    this.pointer.holdOrNot();
    if (!this.edits.isBusy) {
      this.window.element.value?.focus();
    }
    this.parts.onChange();
  }

  private choose(place: GridPlace, isExtending: boolean): void {
    this.model.choose(place, isExtending);
    this.tellChoice();
    this.parts.onChange();
  }

  private tellChoice(): void {
    this.pointer.holdOrNot();
    this.parts.send({ kind: 'active', key: this.model.activeRow?.key }, 'active');
    if (this.model.isRange) {
      this.parts.send({ kind: 'select', ...this.chosen() }, 'select');
    }
  }

  /** Only the active cell stays chosen; tells whether there were more. */
  private leave(): boolean {
    const { isRange, active } = this.model;
    if (isRange) {
      this.choose(active, false);
    }
    return isRange;
  }

  private removeColumn(at: number): void {
    const column = this.model.columns[at];
    if (column) {
      this.parts.send({ kind: 'toggleColumn', id: column.id, type: column.type });
    }
  }

  private chosen() {
    const { first, last, left, right } = this.model.range;
    const columns = this.model.columns.slice(left, right + 1).map(({ id }) => id);
    return { version: this.model.version, first, last, columns };
  }

  private sort(at: number): void {
    const { sort } = this.parts.state() ?? {};
    const column = this.model.columns[at]?.id;
    if (column !== undefined) {
      const isSame = sort?.column === column;
      const next = isSame && sort.isDescending ? undefined : { column, isDescending: isSame };
      this.parts.onSort(next);
    }
  }

  private keyDown(event: KeyboardEvent): void {
    // What is inside of a cell has keys of its own.
    if (event.target !== this.window.element.value) {
      return;
    }
    if (this.keys.handle(event)) {
      event.preventDefault();
      this.parts.onChange();
    }
  }

  private reveal(): void {
    const { row, column } = this.model.active;
    this.window.reveal(row);
    document
      .getElementById(headId(column))
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
}

/** Stands for one that was not told yet, so that it is made of the same elements. */
function unknownRow(at: number): RowView {
  return { at, key: '', revision: 0, cells: [], isLoading: false, isGone: false };
}
