import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type {
  ActionView,
  PageGuestMessage,
  PageHostMessage,
  PageView,
  PlotView,
  SectionView,
} from '../../src/views/page/pageProtocol';
import { Host } from '../shared/host';
import { blockTemplate } from './blocks';
import { Plots } from './plots';

/** Owns the page; changes only through what the host sends. */
export class PageApp extends LitElement {
  private page: PageView | undefined;
  private readonly host = new Host<PageHostMessage, PageGuestMessage>((message) =>
    this.receive(message),
  );
  private readonly plots = new Plots((action) => this.act(action));
  private readonly resizes = new ResizeObserver(() => this.draw());
  private readonly themes = new MutationObserver(() => this.draw());

  /** Without a shadow root: the style sheet of the page and its variables are all that is needed. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this);
    this.themes.observe(document.body, { attributeFilter: ['class'] });
    this.host.send({ kind: 'ready' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes.disconnect();
    this.themes.disconnect();
    this.plots.dispose();
  }

  /** Once in a frame at most: batches that came while the page was busy are shown together. */
  protected override async scheduleUpdate(): Promise<void> {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await super.scheduleUpdate();
  }

  protected override updated(): void {
    this.draw();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { page } = this;
    if (!page) {
      return nothing;
    }
    const { title, subtitle, state, notices, actions, sections } = page;
    return html`<main>
      <header>
        <div class="heading">
          <h1><bdi>${title}</bdi></h1>
          <span class="dim"><bdi>${subtitle}</bdi></span>
          <span class="state ${state.level}">${state.text}</span>
          <span class="unseen" role="status">${announced(state)}</span>
        </div>
        ${this.buttons(actions)}
      </header>
      ${
        notices.length === 0
          ? nothing
          : html`<ul class="notices">
              ${notices.map(({ level, text }) => html`<li class=${level}>${text}</li>`)}
            </ul>`
      }
      <div class="sections">
        ${repeat(
          sections,
          ({ id }) => id,
          (section) => this.section(section),
        )}
      </div>
    </main>`;
  }

  private section(section: SectionView): TemplateResult {
    const { id, title, how, isWide, blocks } = section;
    return html`<section class=${isWide ? 'wide' : ''} data-id=${id} aria-labelledby="title-${id}">
      <h2 id="title-${id}">${title}${how ? html` <small>${how}</small>` : nothing}</h2>
      ${blocks.map((block) => blockTemplate(block, (action) => this.act(action)))}
    </section>`;
  }

  private buttons(actions: readonly ActionView[]): TemplateResult {
    return html`<div class="actions">
      ${actions.map(
        (action) =>
          html`<button title=${action.hint ?? nothing} @click=${() => this.act(action)}>
            ${action.label}
          </button>`,
      )}
    </div>`;
  }

  private act({ id, value }: ActionView): void {
    this.host.send({ kind: 'act', id, ...(value !== undefined && { value }) });
  }

  private receive({ page, keep }: PageHostMessage): void {
    this.page = page;
    this.host.keep(keep);
    this.requestUpdate();
  }

  private draw(): void {
    const shown = new Map<string, { element: HTMLElement; view: PlotView }>();
    for (const block of this.page?.sections.flatMap(({ blocks }) => blocks) ?? []) {
      if (block.kind === 'bars' || block.kind === 'line') {
        const element = this.querySelector<HTMLElement>(`.plot[data-plot="${block.id}"]`);
        if (element) {
          shown.set(block.id, { element, view: block });
        }
      }
    }
    this.plots.draw(shown);
  }
}

/** What a screen reader is told by itself: when something is wrong, not each time that all is well. */
function announced({ level, text }: PageView['state']): string {
  return level === 'warning' || level === 'error' ? text : '';
}
