import { svg, html, type TemplateResult } from 'lit';

/** A shape and a colour of the theme: together they tell watches apart without seeing colours. */
interface Mark {
  readonly name: string;
  readonly color: string;
  readonly shape: TemplateResult;
  /** How its line in the plot is dashed. */
  readonly dash: number[];
}

const marks: readonly Mark[] = [
  { name: 'circle', color: 'blue', dash: [], shape: svg`<circle cx="6" cy="6" r="4.5"/>` },
  { name: 'square', color: 'orange', dash: [6, 3], shape: svg`<path d="M2 2h8v8H2z"/>` },
  { name: 'triangle', color: 'green', dash: [2, 2], shape: svg`<path d="M6 1l5 9.5H1z"/>` },
  {
    name: 'diamond',
    color: 'purple',
    dash: [8, 3, 2, 3],
    shape: svg`<path d="M6 .5L11.5 6 6 11.5.5 6z"/>`,
  },
  {
    name: 'cross',
    color: 'red',
    dash: [4, 4],
    shape: svg`<path d="M4.2 1h3.6v3.2H11v3.6H7.8V11H4.2V7.8H1V4.2h3.2z"/>`,
  },
  { name: 'bar', color: 'yellow', dash: [1, 3], shape: svg`<path d="M1 4h10v4H1z"/>` },
];

/** The mark of a watch: the same one for as long as it lives. */
export function markOf(watch: number): Mark {
  return marks[(watch - 1) % marks.length] as Mark;
}

/** The mark as a picture; what it says is said in words beside it. */
export function markIcon(watch: number): TemplateResult {
  const { color, shape } = markOf(watch);
  return html`<svg class="mark ${color}" viewBox="0 0 12 12" aria-hidden="true">${shape}</svg>`;
}
