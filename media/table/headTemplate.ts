import { html, nothing, type TemplateResult } from 'lit';
import type { ColumnView, SortView } from '../../src/views/table/tableProtocol';
import type { TableTexts } from '../../src/views/table/tableTexts';

export interface HeadParts {
  readonly columns: readonly ColumnView[];
  readonly sort: SortView | undefined;
  readonly texts: TableTexts;
  /** Which header is the active cell; undefined for none. */
  readonly active: number | undefined;
  readonly onSort: (column: number) => void;
  readonly onResize: (column: number, width: number) => void;
  readonly onMove: (from: number, to: number) => void;
}

export function headId(column: number): string {
  return `head-${column}`;
}

/** How a column is called: those of values by their path. */
export function nameOf({ id }: ColumnView, texts: TableTexts): string {
  return texts.names[id] ?? id;
}

/** The headers: a press sorts, an edge widens, dragging moves. */
export function headTemplate(parts: HeadParts): TemplateResult {
  return html`<div class="head" role="row" aria-rowindex="1">
    ${parts.columns.map((column, at) => headCell(parts, column, at))}
  </div>`;
}

function headCell(parts: HeadParts, column: ColumnView, at: number): TemplateResult {
  const { sort, texts, active, onSort, onMove } = parts;
  const isSorted = sort?.column === column.id;
  const order = sort?.isDescending ? 'descending' : 'ascending';
  const name = nameOf(column, texts);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    onMove(Number(event.dataTransfer?.getData('text/plain')), at);
  };
  return html`<div
    class="head-cell c${at} ${column.type === 'number' ? 'number' : ''} ${active === at ? 'active' : ''}"
    role="columnheader"
    id=${headId(at)}
    aria-colindex=${at + 1}
    aria-sort=${isSorted ? order : 'none'}
    title=${name}
    draggable="true"
    @click=${() => onSort(at)}
    @dragstart=${(event: DragEvent) => event.dataTransfer?.setData('text/plain', String(at))}
    @dragover=${(event: DragEvent) => event.preventDefault()}
    @drop=${drop}
  >
    <bdi class="text">${name}</bdi>
    ${isSorted ? html`<span class="order" aria-hidden="true">${sort?.isDescending ? '▼' : '▲'}</span>` : nothing}
    <span
      class="edge"
      @click=${(event: Event) => event.stopPropagation()}
      @pointerdown=${(event: PointerEvent) => startResize(parts, column, at, event)}
    ></span>
  </div>`;
}

function startResize(
  { onResize }: HeadParts,
  { width }: ColumnView,
  at: number,
  event: PointerEvent,
): void {
  const edge = event.currentTarget as HTMLElement;
  event.preventDefault();
  edge.setPointerCapture(event.pointerId);
  const from = event.clientX;
  const move = ({ clientX }: PointerEvent): void => onResize(at, width + clientX - from);
  edge.addEventListener('pointermove', move);
  edge.addEventListener('pointerup', () => edge.removeEventListener('pointermove', move), {
    once: true,
  });
}
