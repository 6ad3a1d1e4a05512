import { html, nothing, type TemplateResult } from 'lit';
import type { CellView, ColumnView, RowView } from '../../src/views/table/tableProtocol';
import type { TableTexts } from '../../src/views/table/tableTexts';
import { count, fill } from '../shared/texts';
import type { CellTrouble, CellWork } from './cellWork';

export interface CellParts extends CellWork {
  readonly row: RowView;
  readonly column: ColumnView;
  readonly at: number;
  readonly cell: CellView | undefined;
  readonly name: string;
  readonly texts: TableTexts;
  readonly isActive: boolean;
  readonly isChosen: boolean;
  readonly isPulsing: boolean;
}

export function cellId(row: number, column: number): string {
  return `cell-${row}-${column}`;
}

export function cellTemplate(parts: CellParts): TemplateResult {
  const { row, column, at, cell, isActive, isChosen, isPulsing, editing, trouble } = parts;
  const classes = [
    'cell',
    `c${at}`,
    column.type === 'number' ? 'number' : '',
    isActive ? 'active' : '',
    isChosen ? 'chosen' : '',
    isPulsing ? 'pulse' : '',
    trouble ? 'trouble' : '',
  ];
  return html`<div
    class=${classes.join(' ')}
    role="gridcell"
    id=${isActive ? cellId(row.at, at) : nothing}
    aria-colindex=${at + 1}
    aria-selected=${isChosen}
    aria-readonly=${!cell?.isEditable}
    data-column=${at}
  >
    ${editing === undefined ? contentOf(parts) : inputTemplate(parts, editing)}
    ${trouble ? troubleTemplate(parts, trouble) : nothing}
  </div>`;
}

function contentOf({ row, column, cell, texts }: CellParts): TemplateResult {
  if (row.isGone && column.id === 'key') {
    return html`<bdi class="text gone">${cell?.text}</bdi> <span class="dim">${texts.gone}</span>`;
  }
  // What is waited for is made of the same element: it is only filled in when it comes.
  const waits = !cell && row.isLoading && column.id.startsWith('value');
  return html`<bdi class=${cell ? 'text' : 'text dim'} title=${cell?.text ?? nothing}
    >${cell?.text ?? (waits ? texts.loading : '')}</bdi
  >`;
}

function inputTemplate(parts: CellParts, text: string): TemplateResult {
  const { name, texts, many, onInput, onKey } = parts;
  const label =
    many === undefined ? fill(texts.edit, name) : fill(texts.editMany, name, count(many));
  return html`<input
      class="edit"
      aria-label=${label}
      .value=${text}
      @input=${(event: Event) => onInput((event.target as HTMLInputElement).value)}
      @keydown=${onKey}
    />${many === undefined ? nothing : html`<span class="many" aria-hidden="true">${fill(texts.inRows, count(many))}</span>`}`;
}

/** Both sides of a conflict, in the cell. */
function troubleTemplate(parts: CellParts, trouble: CellTrouble): TemplateResult {
  const { texts, onOverwrite, onDiscard } = parts;
  const { failed, typed, stored, revision } = trouble;
  return html`<div class="sides" role="group" aria-label=${failed ?? texts.conflict}>
    <p class="head-line">${failed ?? texts.conflict}</p>
    <dl>
      <dt>${texts.yours}</dt>
      <dd><bdi>${typed}</bdi></dd>
      ${
        failed === undefined
          ? html`<dt>${texts.stored}</dt>
              <dd><bdi>${stored}</bdi></dd>`
          : nothing
      }
    </dl>
    <div class="buttons">
      ${
        revision === undefined
          ? nothing
          : html`<vscode-button @click=${onOverwrite}>${texts.overwrite}</vscode-button>`
      }
      <vscode-button secondary @click=${onDiscard}>${texts.discard}</vscode-button>
    </div>
  </div>`;
}
