import { html, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import type { CopyFormat } from '../../src/kv/table/tableText';
import type {
  ColumnView,
  EditedMessage,
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
import { GridModel } from './gridModel';
import { GridKeys } from './gridKeys';
import { headId, headTemplate, nameOf } from './headTemplate';
import { rowHeight, scrollFor, spaceOf, viewportAt, type Viewport } from './viewport';

export interface GridParts {
  /** Something that is shown has changed. */
  readonly onChange: () => void;
  readonly send: (message: TablePageMessage, slot?: string) => void;
  readonly state: () => StateMessage | undefined;
  readonly onSort: (sort: SortView | undefined) => void;
}

const headHeight = 26;

/**
 * Owns the rows of the table as they are on the page: what is in view, what is chosen, what is typed.
 * Rows are all of one height, so that those in view are told by where it is scrolled to.
 */
export class Grid {
  readonly model = new GridModel();
  private readonly element = createRef<HTMLElement>();
  private readonly space = createRef<HTMLElement>();
  private readonly made = createRef<HTMLElement>();
  private readonly resizes = new ResizeObserver(() => this.scrolled());
  private readonly layout: ColumnLayout;
  private readonly edits: CellEdits;
  private view: Viewport = { first: 0, count: 0, top: 0 };
  private looked = '';
  private isPointed = false;
  private isHeld = false;
  private isDragging = false;
  private readonly keys: GridKeys;
  private observed: HTMLElement | undefined;
  private timer: number | undefined;

  constructor(private readonly parts: GridParts) {
    const { send, onChange } = parts;
    this.layout = new ColumnLayout((columns) => {
      this.model.columns = columns;
      send({ kind: 'columns', columns }, 'columns');
      onChange();
    });
    this.edits = new CellEdits({ model: this.model, send, onChange: () => this.editsChanged() });
    this.keys = new GridKeys({
      ...{ model: this.model, layout: this.layout, edits: this.edits, send },
      page: () => Math.max(1, Math.floor((this.element.value?.clientHeight ?? 0) / rowHeight) - 2),
      choose: (place, isExtending) => {
        this.choose(place.row, place.column, isExtending);
        this.reveal();
      },
      chosen: () => this.tellChoice(),
      copy: () => this.copy('tsv'),
      sort: (at) => this.sort(at),
    });
  }

  take(message: RowsMessage): void {
    const isOther = this.model.take(message, performance.now());
    window.clearTimeout(this.timer);
    this.endPulses();
    if (isOther) {
      this.looked = '';
      this.scrolled();
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

  dispose(): void {
    this.resizes.disconnect();
    window.clearTimeout(this.timer);
  }

  /** To be called when what is shown was rendered: sizes are set on the elements, no style in the markup. */
  rendered(): void {
    const { value: element } = this.element;
    if (element && element !== this.observed) {
      this.resizes.disconnect();
      this.resizes.observe(element);
      this.observed = element;
    }
    this.layout.apply(this.model.columns);
    if (this.space.value) {
      this.space.value.style.height = `${spaceOf(this.model.count)}px`;
    }
    if (this.made.value) {
      this.made.value.style.transform = `translateY(${this.view.top}px)`;
    }
    this.edits.focus(element);
  }

  template(texts: TableTexts, state: StateMessage): TemplateResult {
    const { active, columns, count } = this.model;
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
      ${ref(this.element)}
      @scroll=${{ handleEvent: () => this.scrolled(), passive: true }}
      @keydown=${(event: KeyboardEvent) => this.keyDown(event)}
      @pointerdown=${(event: PointerEvent) => this.pressed(event)}
      @pointermove=${(event: PointerEvent) => this.moved(event)}
      @pointerup=${() => (this.isDragging = false)}
      @pointerleave=${() => this.point(false)}
      @dblclick=${(event: MouseEvent) => this.doubleClicked(event)}
    >
      ${headTemplate({
        ...{ columns, texts, sort: state.sort, active: active.row < 0 ? active.column : undefined },
        onSort: (at) => this.sort(at),
        onResize: (at, width) => this.layout.resize(columns, at, width),
        onMove: (from, to) => this.layout.move(columns, from, to),
      })}
      <div class="space" role="rowgroup" ${ref(this.space)}>
        <div class="made" role="presentation" ${ref(this.made)}>
          ${repeat(
            this.shownRows(),
            ({ at }) => at,
            ({ at, row }) => this.rowTemplate(at, row, texts),
          )}
        </div>
      </div>
      ${count === 0 ? html`<p class="empty dim">${texts.empty}</p>` : ''}
    </div>`;
  }

  private shownRows(): { readonly at: number; readonly row: RowView | undefined }[] {
    const { first, count } = this.view;
    const made = Math.max(0, Math.min(count, this.model.count - first));
    return Array.from({ length: made }, (_, at) => ({
      at: first + at,
      row: this.model.row(first + at),
    }));
  }

  private rowTemplate(at: number, row: RowView | undefined, texts: TableTexts): TemplateResult {
    const { columns, active } = this.model;
    const now = performance.now();
    if (!row) {
      return html`<div class="row" role="row" aria-rowindex=${at + 2} data-row=${at}>
        <div class="cell c0" role="gridcell" id=${cellId(at, 0)}><span class="dim"></span></div>
      </div>`;
    }
    return html`<div
      class="row ${row.isGone ? 'gone' : ''} ${at % 2 ? 'odd' : ''}"
      role="row"
      aria-rowindex=${at + 2}
      data-row=${at}
    >
      ${columns.map((column, index) =>
        cellTemplate({
          ...{
            row,
            column,
            texts,
            at: index,
            cell: this.model.cell(row, column.id),
            name: nameOf(column, texts),
          },
          isActive: active.row === at && active.column === index,
          isChosen: this.model.isChosen(at, index),
          isPulsing: this.model.isPulsing(row.key, column.id, now),
          ...this.edits.partsOf(row.key, column.id),
        }),
      )}
    </div>`;
  }

  private scrolled(): void {
    const { value: element } = this.element;
    if (!element) {
      return;
    }
    const height = element.clientHeight - headHeight;
    this.view = viewportAt(element.scrollTop, height, this.model.count);
    const { first, count } = this.view;
    const looked = `${first} ${count} ${this.model.version}`;
    if (looked !== this.looked && (count > 0 || this.model.count === 0)) {
      this.looked = looked;
      this.parts.send({ kind: 'look', first, count: Math.max(count, 60) }, 'look');
    }
    this.parts.onChange();
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

  private placeOf(target: EventTarget | null) {
    const cell = (target as HTMLElement | null)?.closest<HTMLElement>('[data-column]');
    const row = cell?.closest<HTMLElement>('[data-row]');
    return cell && row
      ? { row: Number(row.dataset['row']), column: Number(cell.dataset['column']) }
      : undefined;
  }

  private pressed(event: PointerEvent): void {
    const place = this.placeOf(event.target);
    const isInside = (event.target as HTMLElement).closest('.sides, .edit');
    if (place && !isInside && event.button === 0) {
      this.choose(place.row, place.column, event.shiftKey);
      this.isDragging = true;
    }
  }

  private moved(event: PointerEvent): void {
    const place = this.placeOf(event.target);
    this.point(place !== undefined);
    if (place && this.isDragging && event.buttons === 1) {
      this.choose(place.row, place.column, true);
    }
  }

  /** While rows are pointed at, or something is typed, none of them moves. */
  private point(isPointed: boolean): void {
    this.isPointed = isPointed;
    const isHeld = this.isPointed || this.edits.isBusy;
    if (isHeld !== this.isHeld) {
      this.isHeld = isHeld;
      this.parts.send({ kind: 'hold', isHeld }, 'hold');
    }
  }

  private editsChanged(): void {
    this.point(this.isPointed);
    if (!this.edits.isBusy) {
      this.element.value?.focus();
    }
    this.parts.onChange();
  }

  private doubleClicked(event: MouseEvent): void {
    if (this.placeOf(event.target)) {
      this.keys.startOrOpen();
    }
  }

  private choose(row: number, column: number, isExtending: boolean): void {
    this.model.choose({ row, column }, isExtending);
    this.tellChoice();
    this.parts.onChange();
  }

  private tellChoice(): void {
    this.parts.send({ kind: 'active', key: this.model.activeRow?.key }, 'active');
    if (this.model.isRange) {
      this.parts.send({ kind: 'select', ...this.chosen() }, 'select');
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
    if (event.target !== this.element.value) {
      return;
    }
    if (this.keys.handle(event)) {
      event.preventDefault();
      this.parts.onChange();
    }
  }

  private reveal(): void {
    const { value: element } = this.element;
    const { row, column } = this.model.active;
    if (element && row >= 0) {
      const height = element.clientHeight - headHeight;
      const to = scrollFor(row, element.scrollTop, height, this.model.count);
      if (to !== undefined) {
        element.scrollTop = to;
        this.scrolled();
      }
    }
    document
      .getElementById(headId(column))
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
}
