import { html, svg, type TemplateResult } from 'lit';

/** Simple outlines drawn here, so that the page needs no font. */
const shapes = {
  pause: svg`<path d="M4 3h3v10H4zM9 3h3v10H9z"/>`,
  resume: svg`<path d="M4 2.5v11l9-5.5z"/>`,
  stop: svg`<path d="M3.5 3.5h9v9h-9z"/>`,
  restart: svg`<path d="M8 3V.8L12 4 8 7.2V4.6a3.7 3.7 0 1 0 3.7 3.7h1.6A5.3 5.3 0 1 1 8 3z"/>`,
  options: svg`<path d="M3 6.7a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6zm5 0a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6zm5 0a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6z"/>`,
  filter: svg`<path d="M1.5 3h13v1.3L9.5 9.5v4l-3 1v-5l-5-5.2z"/>`,
  remove: svg`<path d="M3.7 2.6L8 6.9l4.3-4.3 1.1 1.1L9.1 8l4.3 4.3-1.1 1.1L8 9.1l-4.3 4.3-1.1-1.1L6.9 8 2.6 3.7z"/>`,
  down: svg`<path d="M7.2 2h1.6v8.4l3.1-3.1L13 8.4l-5 5-5-5 1.1-1.1 3.1 3.1z"/>`,
};

export type IconName = keyof typeof shapes;

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${shapes[name]}</svg>`;
}

/** A button that shows an icon and says `label`. */
export function iconButton(name: IconName, label: string, onClick: () => void): TemplateResult {
  return html`<button class="icon-button" title=${label} aria-label=${label} @click=${onClick}>
    ${icon(name)}
  </button>`;
}
