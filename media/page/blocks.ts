import { html, nothing, type TemplateResult } from 'lit';
import type {
  ActionView,
  BlockView,
  FactView,
  PlotView,
  TileView,
} from '../../src/views/page/pageProtocol';
import { bar, tableTemplate } from './tables';

type Act = (action: ActionView) => void;

/** A part of a section. */
export function blockTemplate(block: BlockView, act: Act): TemplateResult {
  switch (block.kind) {
    case 'text':
      return html`<p class="text ${block.level ?? 'plain'}">${block.text}</p>`;
    case 'tiles':
      return html`<div class="tiles">${block.tiles.map(tileTemplate)}</div>`;
    case 'facts':
      return html`<dl class="facts">${block.facts.map(factTemplate)}</dl>`;
    case 'actions':
      return html`<div class="actions">
        ${block.actions.map((action) => actionButton(action, act))}
      </div>`;
    case 'progress':
      return html`<div class="progress">
        <span>${block.text}</span>
        ${block.action ? actionButton(block.action, act) : nothing}
      </div>`;
    case 'table':
      return tableTemplate(block, act);
    case 'bars':
    case 'line':
      return plotTemplate(block);
  }
}

function actionButton(action: ActionView, act: Act): TemplateResult {
  return html`<button title=${action.hint ?? nothing} @click=${() => act(action)}>
    <bdi>${action.label}</bdi>
  </button>`;
}

function tileTemplate({ label, value, detail, how, share, level }: TileView): TemplateResult {
  return html`<div class="tile ${level ?? ''}">
    <div class="label">${label}</div>
    <div class="value">${value}</div>
    ${share === undefined ? nothing : bar(share, 'meter')}
    <div class="detail">${detail}</div>
    <div class="how">${how}</div>
  </div>`;
}

function factTemplate({ label, value, how, level }: FactView): TemplateResult {
  return html`<div>
    <dt>${label}</dt>
    <dd class=${level ?? ''}>
      <bdi>${value}</bdi>${how ? html`<small class="how">${how}</small>` : nothing}
    </dd>
  </div>`;
}

function plotTemplate(view: PlotView): TemplateResult {
  return html`<div class="plot-box">
      <div class="legend" aria-hidden="true">
        ${view.series.map(({ label }, at) => html`<span class="series-${at}">${label}</span>`)}
      </div>
      <div class="plot" data-plot=${view.id} role="img" aria-label=${view.summary}></div>
    </div>
    ${
      view.tableLabel === ''
        ? nothing
        : html`<details>
            <summary>${view.tableLabel}</summary>
            ${plotTable(view)}
          </details>`
    }`;
}

/** What is drawn, for those who do not see it. */
function plotTable({ categoryLabel, categories, series, summary }: PlotView): TemplateResult {
  return html`<div class="scroll" tabindex="0" role="group" aria-label=${summary}>
    <table>
      <caption class="unseen">
        ${summary}
      </caption>
      <thead>
        <tr>
          <th scope="col">${categoryLabel}</th>
          ${series.map(({ label }) => html`<th scope="col" class="number">${label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${categories.map(
          (name, at) =>
            html`<tr>
              <th scope="row"><bdi>${name}</bdi></th>
              ${series.map(({ texts }) => html`<td class="number">${texts[at] ?? ''}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
