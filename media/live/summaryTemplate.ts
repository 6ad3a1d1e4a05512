import { html, type TemplateResult } from 'lit';
import type { PathChange } from '../../src/kv/live/changeSummary';
import type { TextSegment } from '../../src/kv/values/textDiff';
import type { ChangeView } from '../../src/views/live/liveProtocol';
import type { LiveTexts } from '../../src/views/live/liveTexts';
import { fill, size } from '../shared/texts';

/** What a change did to the value, in a line. */
export function summaryTemplate({ summary }: ChangeView, texts: LiveTexts): TemplateResult {
  switch (summary.kind) {
    case 'json':
      return html`${summary.changes.map((change) => pathTemplate(change, texts))}${
        summary.more > 0 ? html`<span class="dim">${fill(texts.more, summary.more)}</span>` : ''
      }`;
    case 'text':
      return html`${summary.segments.map((segment) => segmentTemplate(segment, texts))}`;
    case 'binary':
      return html`<span class="dim"
        >${
          summary.before === undefined
            ? fill(texts.binary, size(summary.after))
            : fill(texts.binaryChange, size(summary.before), size(summary.after))
        }</span
      >`;
    case 'value':
      return html`${
          summary.isTooLarge ? html`<span class="dim">${texts.notCompared} </span>` : ''
        }<bdi class="value">${summary.text}</bdi>`;
    case 'same':
      return html`<span class="dim">${texts.same}</span>`;
    case 'ended':
      return summary.text === undefined ? html`` : html`<bdi class="removed">${summary.text}</bdi>`;
  }
}

function pathTemplate({ path, before, after }: PathChange, texts: LiveTexts): TemplateResult {
  const name = html`<bdi class="path">${path}</bdi>`;
  if (before === undefined) {
    return html`<span class="step"
      >${name} <span class="dim">${texts.added}</span> <bdi class="added">${after}</bdi></span
    > `;
  }
  if (after === undefined) {
    return html`<span class="step"
      >${name} <span class="dim">${texts.removed}</span> <bdi class="removed">${before}</bdi></span
    > `;
  }
  return html`<span class="step"
    >${name} <span class="before"><bdi class="removed">${before}</bdi> -&gt; </span
    ><bdi class="added">${after}</bdi></span
  > `;
}

/** Said in words too: colour and strike-through are for those who see them. */
export function segmentTemplate({ kind, text }: TextSegment, texts: LiveTexts): TemplateResult {
  return kind === 'same'
    ? html`<bdi>${text}</bdi>`
    : html`<span class="unseen">${kind === 'added' ? texts.added : texts.removed} </span
        ><bdi class=${kind}>${text}</bdi>`;
}
