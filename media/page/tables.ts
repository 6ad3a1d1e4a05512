import { html, nothing, svg, type TemplateResult } from 'lit';
import type {
  ActionView,
  CellView,
  ColumnView,
  TableView,
} from '../../src/views/page/pageProtocol';

type Act = (action: ActionView) => void;

/** A share of something, drawn without styles that a strict policy would refuse. */
export function bar(share: number, name: string): TemplateResult {
  const width = Math.max(0, Math.min(100, share * 100));
  return html`<svg class=${name} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<rect class="rest" width="100" height="4"/><rect class="part" width=${width} height="4"/>`}
  </svg>`;
}

export function tableTemplate(table: TableView, act: Act): TemplateResult {
  const { caption, columns, rows, empty, part, path } = table;
  if (rows.length === 0 && empty !== '') {
    return html`<p class="text">${empty}</p>`;
  }
  return html`${path ? pathTemplate(path, act) : nothing}
    <div class="scroll" tabindex="0" role="group" aria-label=${caption}>
      <table>
        <caption class="unseen">
          ${caption}
        </caption>
        <thead>
          <tr>
            ${columns.map((column) => headTemplate(column, act))}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ cells }) =>
              html`<tr>
                ${cells.map((cell, at) => cellTemplate(cell, columns[at], at === 0, act))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${part ? partTemplate(part, act) : nothing}`;
}

function pathTemplate(path: readonly ActionView[], act: Act): TemplateResult {
  return html`<nav class="path">
    ${path.map((step, at) =>
      at === path.length - 1
        ? html`<bdi aria-current="page">${step.label}</bdi>`
        : html`<button class="link" @click=${() => act(step)}><bdi>${step.label}</bdi></button>
            <span aria-hidden="true">›</span>`,
    )}
  </nav>`;
}

function headTemplate({ label, isNumber, sort, sorted }: ColumnView, act: Act): TemplateResult {
  const mark = sorted === undefined ? '' : sorted === 'descending' ? ' ↓' : ' ↑';
  return html`<th scope="col" class=${isNumber ? 'number' : ''} aria-sort=${sorted ?? nothing}>
    ${
      sort
        ? html`<button class="link" title=${sort.label} @click=${() => act(sort)}>
            ${label}<span aria-hidden="true">${mark}</span>
          </button>`
        : label
    }
  </th>`;
}

function cellTemplate(
  { text, action, level, share }: CellView,
  column: ColumnView | undefined,
  isFirst: boolean,
  act: Act,
): TemplateResult {
  const name = `${column?.isNumber ? 'number' : ''} ${level ?? ''}`;
  const content = html`${
    action
      ? html`<button class="link" title=${action.hint ?? nothing} @click=${() => act(action)}>
          <bdi>${text}</bdi>
        </button>`
      : html`<bdi>${text}</bdi>`
  }${share === undefined ? nothing : bar(share, 'share')}`;
  return isFirst
    ? html`<th scope="row" class=${name}>${content}</th>`
    : html`<td class=${name}>${content}</td>`;
}

function partTemplate(part: NonNullable<TableView['part']>, act: Act): TemplateResult {
  const button = (action: ActionView | undefined) =>
    action ? html`<button @click=${() => act(action)}>${action.label}</button>` : nothing;
  return html`<div class="part">
    <span>${part.text}</span> ${button(part.previous)} ${button(part.next)}
  </div>`;
}
