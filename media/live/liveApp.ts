import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { LiveFilter } from '../../src/kv/live/liveFilter';
import type { LiveRule } from '../../src/kv/live/liveRules';
import type {
  HostMessage,
  PageMessage,
  RatesMessage,
  RowsMessage,
  StateMessage,
} from '../../src/views/live/liveProtocol';
import type { LiveTexts } from '../../src/views/live/liveTexts';
import { filterTemplate } from './filterTemplate';
import { Host } from '../shared/host';
import { icon } from '../shared/icons';
import { highestRate, RatePlot } from './ratePlot';
import { RowList } from './rowList';
import { count, fill } from '../shared/texts';
import { watchTemplate } from './watchTemplate';

/** How often a screen reader is told how much has come: never each line. */
const announceMs = 5_000;
/** What is being typed must not be taken back by an answer to an earlier letter. */
const editingMs = 1_500;

/** Owns the page; changes only through what the host sends and what the user does. */
export class LiveApp extends LitElement {
  private texts: LiveTexts | undefined;
  private state: StateMessage | undefined;
  private rows: RowsMessage | undefined;
  private rates: RatesMessage | undefined;
  private editedAt = -Infinity;
  private showsMore = false;
  private announced = 0;
  private announcement = '';
  private plot: RatePlot | undefined;
  private timer: number | undefined;
  private readonly resizes = new ResizeObserver(() => this.drawRates());
  private readonly themes = new MutationObserver(() => this.drawRates());
  private readonly host = new Host<HostMessage, PageMessage>((message) => this.receive(message));
  private readonly list = new RowList({
    onChange: () => this.requestUpdate(),
    onLook: (first, count) => this.host.send({ kind: 'look', first, count }, 'look'),
    onDetail: (id) => this.host.send({ kind: 'detail', id }),
    onAction: (id, action) => this.host.send({ kind: 'row', id, action }),
  });

  /** Without a shadow root: the style sheet of the page and its variables are all that is needed. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const kept = this.host.state as { readonly showsMore?: unknown } | undefined;
    this.showsMore = kept?.showsMore === true;
    this.timer = window.setInterval(() => this.announce(), announceMs);
    this.resizes.observe(this);
    this.themes.observe(document.body, { attributeFilter: ['class'] });
    this.host.send({ kind: 'ready' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.timer);
    this.resizes.disconnect();
    this.themes.disconnect();
    this.plot?.dispose();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { texts, state, rows } = this;
    if (!texts || !state || !rows) {
      return nothing;
    }
    const isEmpty = state.watches.length === 0 && rows.counts.received === 0;
    return isEmpty ? this.welcome(texts) : this.panel(texts, state, rows);
  }

  /** Once in a frame at most: batches that came while the page was busy are shown together. */
  protected override async scheduleUpdate(): Promise<void> {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await super.scheduleUpdate();
  }

  protected override updated(): void {
    this.list.rendered();
    this.drawRates();
  }

  private receive(message: HostMessage): void {
    switch (message.kind) {
      case 'texts':
        this.texts = message.texts;
        break;
      case 'state':
        this.takeState(message);
        break;
      case 'rows':
        this.rows = message;
        this.list.take(message);
        break;
      case 'rates':
        this.rates = message;
        break;
      case 'detail':
        this.list.takeDetail(message.id, message.detail);
        break;
    }
    this.requestUpdate();
  }

  private takeState(message: StateMessage): void {
    const isEditing = performance.now() - this.editedAt < editingMs;
    this.state =
      isEditing && this.state
        ? {
            ...message,
            filter: this.state.filter,
            rules: keepTyped(this.state.rules, message.rules),
          }
        : message;
  }

  private welcome(texts: LiveTexts): TemplateResult {
    return html`<main class="welcome">
      <p>${texts.welcome}</p>
      <p class="dim">${texts.welcomeDetail}</p>
      <vscode-button @click=${() => this.host.send({ kind: 'addWatch' })}
        >${texts.addWatch}</vscode-button
      >
    </main>`;
  }

  private panel(texts: LiveTexts, state: StateMessage, rows: RowsMessage): TemplateResult {
    const { isFollowing, newChanges } = this.list.model;
    const most = count(this.rates ? highestRate(this.rates) : 0);
    return html`<main class="panel">
      <ul class="watches" aria-label=${texts.watches}>
        ${state.watches.map((watch) =>
          watchTemplate({
            watch,
            rate: this.rateOf(watch.id),
            texts,
            onAction: (action) => this.host.send({ kind: 'watch', id: watch.id, action }),
          }),
        )}
      </ul>
      <div class="plot-box">
        <div class="plot" role="img" aria-label=${fill(texts.plot, most)}></div>
        <span class="most dim" aria-hidden="true">${fill(texts.most, most)}</span>
      </div>
      ${filterTemplate({
        state,
        texts,
        showsMore: this.showsMore,
        onToggle: () => this.toggleMore(),
        onFilter: (filter) => this.setFilter(filter),
        onRules: (rules) => this.setRules(rules),
        onAddRule: () => this.addRule(),
      })}
      <div class="list">
        ${rows.count === 0 ? html`<p class="empty dim">${this.emptyText(texts, rows)}</p>` : nothing}
        ${this.list.template(texts)}
        ${
          isFollowing
            ? nothing
            : html`<button
                class="jump"
                title=${texts.jumpToNewest}
                @click=${() => this.list.follow()}
              >
                ${icon('down')}
                ${newChanges > 0 ? fill(texts.newChanges, count(newChanges)) : texts.newest}
              </button>`
        }
      </div>
      <footer class="dim">${this.countsText(texts, rows)}</footer>
      <div class="unseen" role="status">${this.announcement}</div>
    </main>`;
  }

  private emptyText(texts: LiveTexts, { counts, passed }: RowsMessage): string {
    return counts.kept > 0 && passed === 0 ? texts.noMatch : texts.waiting;
  }

  private countsText(texts: LiveTexts, { counts, passed }: RowsMessage): string {
    const { received, fellOff } = counts;
    const shown = fill(texts.shown, count(Math.min(passed, counts.kept)), count(received));
    return fellOff > 0 ? `${shown} · ${fill(texts.fellOff, count(fellOff))}` : shown;
  }

  private rateOf(watch: number): number {
    return this.rates?.series.find((each) => each.watch === watch)?.counts.at(-2) ?? 0;
  }

  private toggleMore(): void {
    this.showsMore = !this.showsMore;
    this.host.keep({ showsMore: this.showsMore });
    this.requestUpdate();
  }

  private setFilter(filter: LiveFilter): void {
    this.editedAt = performance.now();
    this.state = this.state && { ...this.state, filter };
    this.host.send({ kind: 'filter', filter }, 'filter');
    this.list.follow();
  }

  /** What is typed next belongs to the new highlight. */
  private addRule(): void {
    const rules = this.state?.rules.map(({ condition, notify }) => ({ condition, notify })) ?? [];
    this.setRules([...rules, { condition: '', notify: false }]);
    void this.updateComplete.then(() => {
      const fields = this.querySelectorAll<HTMLElement>('.rule vscode-textfield');
      fields[fields.length - 1]?.focus();
    });
  }

  private setRules(rules: readonly LiveRule[]): void {
    this.editedAt = performance.now();
    this.state = this.state && {
      ...this.state,
      rules: rules.map((rule) => ({ ...rule, problem: undefined })),
    };
    this.host.send({ kind: 'rules', rules }, 'rules');
    this.requestUpdate();
  }

  private drawRates(): void {
    const element = this.querySelector<HTMLElement>('.plot');
    if (!element || !this.rates || this.rates.series.length === 0) {
      return;
    }
    this.plot ??= new RatePlot(element);
    this.plot.draw(this.rates);
  }

  private announce(): void {
    const received = this.rows?.counts.received ?? 0;
    if (this.texts && received !== this.announced) {
      const news = count(received - this.announced);
      this.announcement = fill(this.texts.summaryLive, news, announceMs / 1000);
      this.announced = received;
      this.requestUpdate();
    }
  }
}

/** The conditions as they stand in the fields, with what the host says about those it has got. */
function keepTyped(
  typed: StateMessage['rules'],
  told: StateMessage['rules'],
): StateMessage['rules'] {
  return typed.map((rule) => ({
    ...rule,
    problem: told.find(({ condition }) => condition === rule.condition)?.problem,
  }));
}
