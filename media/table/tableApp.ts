import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { CopyFormat } from '../../src/kv/table/tableText';
import type {
  StateMessage,
  TableHostMessage,
  TableNotice,
  TablePageMessage,
} from '../../src/views/table/tableProtocol';
import type { TableTexts } from '../../src/views/table/tableTexts';
import { Host } from '../shared/host';
import { count, fill } from '../shared/texts';
import { Grid } from './grid';
import { ValuePane } from './valuePane';

/** Typing is over when nothing was typed for so long. */
const typedMs = 300;

/** Owns the page; changes only through what the host sends and what the user does. */
export class TableApp extends LitElement {
  private texts: TableTexts | undefined;
  private state: StateMessage | undefined;
  private summary = '';
  private filter: string | undefined;
  private timer: number | undefined;
  private readonly host = new Host<TableHostMessage, TablePageMessage>((message) =>
    this.receive(message),
  );
  private readonly pane = new ValuePane({
    send: (message) => this.host.send(message, message.kind === 'inspect' ? 'inspect' : undefined),
    onChange: () => this.requestUpdate(),
    onLeave: () => this.grid.focus(),
  });
  private readonly grid = new Grid({
    onChange: () => this.requestUpdate(),
    send: (message, slot) => this.host.send(message, slot),
    state: () => this.state,
    onLook: () => this.pane.toggle(),
    onLeave: () => this.pane.close(),
    onSort: (sort) => {
      // The next press goes on from it, also before the host has answered.
      this.state = this.state && { ...this.state, sort };
      this.host.send({ kind: 'sort', sort }, 'sort');
      this.requestUpdate();
    },
  });

  /** Without a shadow root: the style sheet of the page and its variables are all that is needed. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.host.send({ kind: 'ready' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearTimeout(this.timer);
    this.grid.dispose();
  }

  /** Once in a frame at most: batches that came while the page was busy are shown together. */
  protected override async scheduleUpdate(): Promise<void> {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await super.scheduleUpdate();
  }

  protected override updated(): void {
    this.grid.rendered();
    this.pane.follow(this.grid.model.activeRow?.key);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { texts, state } = this;
    if (!texts || !state) {
      return nothing;
    }
    return html`<main class="panel">
      <div class="tools">
        ${this.filterTemplate(texts, state)}
        <vscode-button secondary @click=${() => this.host.send({ kind: 'chooseColumns' })}
          >${texts.columns}</vscode-button
        >
        <vscode-button secondary aria-pressed=${this.pane.isOpen} @click=${() => this.pane.toggle()}
          >${texts.value}</vscode-button
        >
        <vscode-button secondary @click=${() => this.host.send({ kind: 'export' })}
          >${texts.export}</vscode-button
        >
        <vscode-button
          secondary
          @click=${() => this.host.send({ kind: 'pause', isPaused: !state.isPaused })}
          >${state.isPaused ? texts.resume : texts.pause}</vscode-button
        >
        ${
          state.canUndo
            ? html`<vscode-button secondary @click=${() => this.host.send({ kind: 'undo' })}
                >${texts.undo}</vscode-button
              >`
            : nothing
        }
      </div>
      <div class="content">
        ${this.grid.template(texts, state)}
        ${this.pane.template(
          texts,
          state.columns.map(({ id }) => id),
        )}
      </div>
      <div class="notices" role="status">
        ${state.notices.map((notice) => this.noticeTemplate(notice))}
      </div>
      <footer class="dim">
        <span class="summary">${this.grid.model.isRange ? this.summary : ''}</span>
        ${state.isWritable ? this.deedsTemplate(texts) : nothing}
        ${this.grid.model.isRange ? this.copyTemplate(texts) : nothing}
        <span class="count">${fill(texts.count, count(this.grid.model.count))}</span>
      </footer>
    </main>`;
  }

  private filterTemplate(texts: TableTexts, state: StateMessage): TemplateResult {
    const { filterProblem } = state;
    return html`<div class="field">
      <vscode-textfield
        label=${texts.filter}
        placeholder=${texts.filter}
        .value=${this.filter ?? state.filter}
        ?invalid=${filterProblem !== undefined}
        @input=${(event: Event) => this.typed((event.target as HTMLInputElement).value)}
      ></vscode-textfield>
      ${filterProblem === undefined ? nothing : html`<p class="problem" role="alert">${filterProblem}.</p>`}
    </div>`;
  }

  /** What can be done to the rows that are chosen. */
  private deedsTemplate(texts: TableTexts): TemplateResult | typeof nothing {
    const { activeRow, range } = this.grid.model;
    if (!activeRow) {
      return nothing;
    }
    const button = (does: 'fill' | 'duplicate' | 'delete', label: string) =>
      html`<button class="link" @click=${() => this.grid.change({ does })}>${label}</button>`;
    return html`<span class="copies">
      ${range.last > range.first ? button('fill', texts.fillDown) : nothing}
      ${button('duplicate', texts.duplicate)} ${button('delete', texts.delete)}
    </span>`;
  }

  private copyTemplate(texts: TableTexts): TemplateResult {
    const button = (format: CopyFormat, label: string) =>
      html`<button class="link" @click=${() => this.grid.copy(format)}>${label}</button>`;
    return html`<span class="copies">
      ${button('tsv', texts.copyTsv)} ${button('csv', texts.copyCsv)}
      ${button('markdown', texts.copyMarkdown)} ${button('json', texts.copyJson)}
    </span>`;
  }

  private noticeTemplate({ text, level, action, progress }: TableNotice): TemplateResult {
    return html`<div class="notice ${level}">
      <span class="words">${text}</span>
      ${progress === undefined ? nothing : html`<progress aria-label=${text} .value=${progress} max="1"></progress>`}
      ${
        action
          ? html`<vscode-button
              secondary
              @click=${() => this.host.send({ kind: 'notice', does: action.does })}
              >${action.label}</vscode-button
            >`
          : nothing
      }
    </div>`;
  }

  private typed(text: string): void {
    this.filter = text;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.host.send({ kind: 'filter', text }, 'filter');
    }, typedMs);
    this.requestUpdate();
  }

  private receive(message: TableHostMessage): void {
    switch (message.kind) {
      case 'texts':
        this.texts = message.texts;
        break;
      case 'state':
        this.takeState(message);
        break;
      case 'rows':
        this.grid.take(message);
        break;
      case 'edited':
        this.grid.takeEdited(message);
        break;
      case 'value':
        this.pane.take(message);
        break;
      case 'summary':
        this.summary = message.text;
        break;
    }
    this.requestUpdate();
  }

  private takeState(message: StateMessage): void {
    if (!this.state) {
      this.host.keep(message.place);
    }
    if (message.filter === this.filter) {
      this.filter = undefined;
    }
    this.state = message;
    this.grid.takeColumns(message.columns);
  }
}
