import { html, nothing, type TemplateResult } from 'lit';
import type { ChangeDetail } from '../../src/kv/live/changeDetail';
import type { ChangeView, OutageView, RowAction, RowView } from '../../src/views/live/liveProtocol';
import type { LiveTexts } from '../../src/views/live/liveTexts';
import { markIcon } from './marks';
import { segmentTemplate, summaryTemplate } from './summaryTemplate';
import { count, fill, locale, size, time } from '../shared/texts';

export interface RowParts {
  readonly id: number;
  /** Undefined until the host has sent it. */
  readonly row: RowView | undefined;
  /** Where it is from, when that is not the same for all rows. */
  readonly source: string;
  readonly isGone: boolean;
  readonly isActive: boolean;
  readonly isExpanded: boolean;
  readonly detail: ChangeDetail | undefined;
  readonly texts: LiveTexts;
  readonly onClick: () => void;
  readonly onAction: (action: RowAction) => void;
}

/** One item of the list: the line of a change and, when it is expanded, all of it below. */
export function rowTemplate(parts: RowParts): TemplateResult {
  const { row, id, source, isActive, isExpanded, isGone, texts, onClick } = parts;
  if (row?.kind === 'outage') {
    return outageTemplate(row, isActive);
  }
  if (!row) {
    return html`<div class="item" role="presentation">
      <div class="row waiting" role="row" id="row-${id}">
        <span role="gridcell">${isGone ? texts.goneRow : texts.loading}</span>
      </div>
    </div>`;
  }
  const classes = `row ${row.operation} ${isActive ? 'active' : ''} ${row.isMarked ? 'marked' : ''}`;
  return html`<div class="item" role="presentation">
    <div
      class=${classes}
      role="row"
      id="row-${id}"
      aria-expanded=${isExpanded}
      aria-selected=${isActive}
      data-vscode-context=${menuContext(id)}
      @click=${onClick}
    >
      <span class="time" role="gridcell">${markIcon(row.watch)}${time(row.time)}</span>
      <span class="key" role="gridcell" title="${row.connection} › ${row.bucket} › ${row.key}"
        >${source === '' ? nothing : html`<bdi class="dim">${source} › </bdi>`}<bdi
          >${row.key}</bdi
        ></span
      >
      <span class="facts" role="gridcell">${facts(row, texts)}</span>
      <span class="summary" role="gridcell">${summaryTemplate(row, texts)}</span>
    </div>
    ${isExpanded ? detailTemplate(row, parts) : nothing}
  </div>`;
}

/** What VS Code's menu of the row is told, see `webview/context` in package.json. */
export function menuContext(rowId: number): string {
  return JSON.stringify({ webviewSection: 'row', rowId, preventDefaultContextMenuItems: true });
}

function outageTemplate({ id, watch, text }: OutageView, isActive: boolean): TemplateResult {
  return html`<div class="item" role="presentation">
    <div class="row outage ${isActive ? 'active' : ''}" role="row" id="row-${id}">
      <span role="gridcell">${markIcon(watch)} <bdi>${text}</bdi></span>
    </div>
  </div>`;
}

function facts(row: ChangeView, texts: LiveTexts): TemplateResult {
  const words = { PUT: texts.put, DEL: texts.delete, PURGE: texts.purge, EXPIRED: texts.expired };
  const origin = { live: '', caughtUp: texts.caughtUp, stored: texts.stored }[row.origin];
  return html`${row.isMarked ? html`<span class="flag">${texts.highlighted}</span>` : nothing}
    <span class="operation">${words[row.operation]}</span>
    <span class="dim">r${row.revision}</span>
    ${row.operation === 'PUT' ? html`<span class="dim size">${size(row.size)}</span>` : nothing}
    ${
      row.count > 1
        ? html`<span class="badge" title=${fill(texts.times, count(row.count))}
            >×${count(row.count)}</span
          >`
        : nothing
    }
    ${origin ? html`<span class="badge origin">${origin}</span>` : nothing}`;
}

function detailTemplate(row: ChangeView, { detail, texts, onAction }: RowParts): TemplateResult {
  const action = (name: RowAction, label: string) =>
    html`<vscode-button secondary @click=${() => onAction(name)}>${label}</vscode-button>`;
  return html`<div class="detail" role="row">
    <div role="gridcell">
      <p class="dim">
        <bdi>${row.connection}</bdi> › <bdi>${row.bucket}</bdi> › <bdi>${row.key}</bdi> ·
        ${new Date(row.time).toLocaleString(locale())} · r${row.revision} ·
        ${size(row.size)}${
          row.count > 1 ? html` · ${fill(texts.times, count(row.count))}` : nothing
        }
        · ${detail === undefined ? texts.loading : previousText(detail, texts)}
      </p>
      ${detail ? linesTemplate(detail, texts) : nothing}
      <div class="actions">
        ${action('openKey', texts.openKey)}
        ${action('openRevision', fill(texts.openRevision, row.revision))}
        ${action('openHistory', texts.openHistory)} ${action('copy', texts.copy)}
      </div>
    </div>
  </div>`;
}

function previousText({ previous, isCut }: ChangeDetail, texts: LiveTexts): string {
  const text = previous ? fill(texts.previousRevision, previous.revision) : texts.previousUnknown;
  return isCut ? `${text} · ${texts.beginningOnly}` : text;
}

function linesTemplate({ lines, moreLines }: ChangeDetail, texts: LiveTexts): TemplateResult {
  const sign = { same: ' ', added: '+', removed: '-' };
  return html`<div class="lines">
    ${lines.map(
      (line) =>
        html`<div class="line ${line.kind}">
          <span class="sign" aria-hidden="true">${sign[line.kind]}</span
          >${segmentTemplate(line, texts)}
        </div>`,
    )}
    ${moreLines > 0 ? html`<div class="dim">${fill(texts.moreLines, count(moreLines))}</div>` : nothing}
  </div>`;
}
