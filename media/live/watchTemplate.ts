import { html, nothing, type TemplateResult } from 'lit';
import type { WatchAction, WatchView } from '../../src/views/live/liveProtocol';
import type { LiveTexts } from '../../src/views/live/liveTexts';
import { iconButton } from '../shared/icons';
import { markIcon } from './marks';
import { count, fill } from '../shared/texts';

export interface WatchParts {
  readonly watch: WatchView;
  /** Changes in the last second. */
  readonly rate: number;
  readonly texts: LiveTexts;
  readonly onAction: (action: WatchAction) => void;
}

/** As long as words may be that stand beside the name of a watch. */
const shortWords = 10;

/** A watch: its mark, what it is about, its state in words, and what can be done with it. */
export function watchTemplate({ watch, rate, texts, onAction }: WatchParts): TemplateResult {
  const { id, label, state, stateText, isPaused, held } = watch;
  const isOver = state === 'failed' || state === 'gone';
  const words = isPaused ? fill(texts.paused, count(held)) : stateText;
  return html`<li class="watch ${state}">
    ${markIcon(id)}
    <bdi class="label" title=${label}>${label}</bdi>
    <span class="state ${words.length > shortWords ? 'long' : ''}">${words}</span>
    ${
      state === 'live' && !isPaused
        ? html`<span class="rate">${fill(texts.perSecond, count(rate))}</span>`
        : nothing
    }
    <span class="buttons">
      ${isOver ? iconButton('restart', fill(texts.restart, label), () => onAction('restart')) : nothing}
      ${
        isPaused
          ? iconButton('resume', fill(texts.resume, label), () => onAction('resume'))
          : iconButton('pause', fill(texts.pause, label), () => onAction('pause'))
      }
      ${iconButton('options', fill(texts.options, label), () => onAction('options'))}
      ${iconButton('stop', fill(texts.stop, label), () => onAction('stop'))}
    </span>
  </li>`;
}
