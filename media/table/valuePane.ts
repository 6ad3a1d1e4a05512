import { html, nothing, type TemplateResult } from 'lit';
import type {
  FieldView,
  TablePageMessage,
  ValueMessage,
} from '../../src/views/table/tableProtocol';
import type { TableTexts } from '../../src/views/table/tableTexts';
import { iconButton } from '../shared/icons';
import { fill } from '../shared/texts';

export interface ValuePaneParts {
  readonly send: (message: TablePageMessage) => void;
  readonly onChange: () => void;
  /** The rows are to have the focus again. */
  readonly onLeave: () => void;
}

/**
 * Owns what is shown of the value of the active row, field by field; changes only through its methods. A
 * press on a field makes it a column, or takes the column away.
 */
export class ValuePane {
  private value: ValueMessage | undefined;
  private key: string | undefined;
  private readonly closed = new Set<string>();
  private active = 0;
  isOpen = false;

  constructor(private readonly parts: ValuePaneParts) {}

  toggle(): void {
    this.isOpen = !this.isOpen;
    this.value = undefined;
    this.key = undefined;
    if (!this.isOpen) {
      this.parts.send({ kind: 'inspect', key: undefined });
    }
    this.parts.onChange();
  }

  /** Tells whether it was open. */
  close(): boolean {
    const { isOpen } = this;
    if (isOpen) {
      this.toggle();
    }
    return isOpen;
  }

  take(value: ValueMessage): void {
    this.value = value;
    this.active = Math.min(this.active, Math.max(0, this.shown.length - 1));
  }

  /** The active row may be another one. */
  follow(key: string | undefined): void {
    if (this.isOpen && key !== undefined && key !== this.key) {
      this.key = key;
      this.parts.send({ kind: 'inspect', key });
    }
  }

  template(texts: TableTexts, columns: readonly string[]): TemplateResult | typeof nothing {
    if (!this.isOpen) {
      return nothing;
    }
    const { value } = this;
    const title = value?.title ?? '';
    return html`<aside class="pane" aria-label=${texts.value}>
      <div class="pane-head">
        <bdi class="text" title=${title}>${title}</bdi>
        ${iconButton('remove', texts.close, () => {
          this.close();
          this.parts.onLeave();
        })}
      </div>
      ${value === undefined ? html`<p class="dim">${texts.loading}</p>` : this.fieldsTemplate(value, texts, columns)}
    </aside>`;
  }

  private fieldsTemplate(
    { fields, note, title }: ValueMessage,
    texts: TableTexts,
    columns: readonly string[],
  ): TemplateResult {
    const { shown } = this;
    const tree = html`<div
        class="fields"
        role="tree"
        tabindex="0"
        aria-label=${fill(texts.fields, title)}
        aria-activedescendant=${`field-${this.active}`}
        @keydown=${(event: KeyboardEvent) => this.keyDown(event)}
      >
        ${shown.map((field, at) => this.fieldTemplate(field, at, columns.includes(field.id)))}
      </div>
      <p class="dim hint">${texts.fieldsHint}</p>`;
    return html`${fields.length > 0 ? tree : nothing}
    ${note === undefined ? nothing : html`<p class="note"><bdi>${note}</bdi></p>`}`;
  }

  private fieldTemplate(field: FieldView, at: number, isColumn: boolean): TemplateResult {
    const { id, name, depth, text, inside } = field;
    const isOpen = inside === undefined ? nothing : !this.closed.has(id);
    const twist = (event: Event): void => {
      event.stopPropagation();
      this.active = at;
      this.fold(field, !this.closed.has(id));
    };
    return html`<div
      class="field-row d${Math.min(depth, 12)} ${at === this.active ? 'active' : ''}"
      role="treeitem"
      id=${`field-${at}`}
      aria-level=${depth + 1}
      aria-expanded=${isOpen}
      aria-checked=${isColumn}
      title=${id}
      @click=${() => {
        this.active = at;
        this.choose(field);
      }}
    >
      <span class="twist" aria-hidden="true" @click=${inside === undefined ? nothing : twist}
        >${inside === undefined ? '' : isOpen === true ? '▾' : '▸'}</span
      >
      <span class="check" aria-hidden="true">${isColumn ? '✓' : ''}</span>
      <bdi class="name">${name === '' && depth === 0 ? 'value' : name}</bdi>
      <bdi class="text ${field.type}">${inside !== undefined && isOpen === true ? '' : text}</bdi>
    </div>`;
  }

  /** Fields that are in no closed one. */
  private get shown(): readonly FieldView[] {
    const shown: FieldView[] = [];
    let closedAt = Infinity;
    for (const field of this.value?.fields ?? []) {
      if (field.depth <= closedAt) {
        closedAt = this.closed.has(field.id) ? field.depth : Infinity;
        shown.push(field);
      }
    }
    return shown;
  }

  private keyDown(event: KeyboardEvent): void {
    const { shown } = this;
    const field = shown[this.active];
    const last = shown.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: Math.min(last, this.active + 1),
      ArrowUp: Math.max(0, this.active - 1),
      Home: 0,
      End: last,
    };
    const to = moves[event.key];
    if (to !== undefined) {
      this.active = to;
      document.getElementById(`field-${to}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Escape') {
      this.parts.onLeave();
    } else if (event.key === 'Enter' || event.key === ' ') {
      this.choose(field);
    } else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      this.fold(field, event.key === 'ArrowLeft');
    } else {
      return;
    }
    event.preventDefault();
    this.parts.onChange();
  }

  private choose(field: FieldView | undefined): void {
    if (field) {
      this.parts.send({ kind: 'toggleColumn', id: field.id, type: field.type });
      this.parts.onChange();
    }
  }

  private fold(field: FieldView | undefined, isClosing: boolean): void {
    if (field?.inside === undefined) {
      return;
    }
    if (isClosing) {
      this.closed.add(field.id);
    } else {
      this.closed.delete(field.id);
    }
    this.parts.onChange();
  }
}
