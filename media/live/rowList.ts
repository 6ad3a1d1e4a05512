import {
  virtualize,
  virtualizerRef,
  type VirtualizerHostElement,
} from '@lit-labs/virtualizer/virtualize.js';
import type { RangeChangedEvent } from '@lit-labs/virtualizer/events.js';
import { html, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import type { ChangeDetail } from '../../src/kv/live/changeDetail';
import type { RowAction, RowsMessage } from '../../src/views/live/liveProtocol';
import type { LiveTexts } from '../../src/views/live/liveTexts';
import { RowModel } from './rowModel';
import { menuContext, rowTemplate } from './rowTemplate';

export interface RowListEvents {
  /** Something that is shown has changed. */
  onChange(): void;
  onLook(first: number | 'end', count: number): void;
  onDetail(id: number): void;
  onAction(id: number, action: RowAction): void;
}

/** Rows that are asked for beyond what is rendered, so that scrolling finds them there. */
const margin = 40;
/** Fewer at the end, where all of them may be others ten times a second. */
const endMargin = 5;
/** A scroll counts as the user's for so long after a key, the wheel or a press. */
const intentMs = 400;

/**
 * Owns the list of changes: which are in it, which one is active, which are expanded. It follows the
 * newest until somebody looks at an older one, and again from the end of the list on.
 */
export class RowList {
  readonly model = new RowModel();
  private readonly element = createRef<HTMLElement>();
  private readonly expanded = new Set<number>();
  private readonly details = new Map<number, ChangeDetail>();
  private active: number | undefined;
  private intentAt = -Infinity;
  private looked = '';
  private range = { first: 0, last: 30 };

  constructor(private readonly events: RowListEvents) {}

  take(message: RowsMessage): void {
    this.model.take(message);
    this.look();
  }

  takeDetail(id: number, detail: ChangeDetail): void {
    if (this.expanded.has(id)) {
      this.details.set(id, detail);
    }
  }

  /** Goes to the newest and stays there; what was expanded was for looking at older ones. */
  follow(): void {
    this.model.follow();
    this.active = undefined;
    this.intentAt = -Infinity;
    this.expanded.clear();
    this.details.clear();
    this.events.onChange();
  }

  /** To be called when what is shown was rendered: keeps the end in view while it follows. */
  rendered(): void {
    const list: VirtualizerHostElement | undefined = this.element.value;
    // The list learns how high its new rows are only when they have been laid out.
    void list?.[virtualizerRef]?.layoutComplete.then(() => this.pin());
  }

  private readonly pin = (): void => {
    const list = this.element.value;
    if (list && this.model.isFollowing && list.scrollHeight - list.scrollTop > list.clientHeight) {
      list.scrollTop = list.scrollHeight;
    }
  };

  template(texts: LiveTexts): TemplateResult {
    const { ids } = this.model;
    const active = this.active === undefined ? '' : `row-${this.active}`;
    return html`<div
      class="rows"
      role="treegrid"
      tabindex="0"
      aria-label=${texts.log}
      aria-rowcount=${ids.length}
      aria-activedescendant=${active}
      data-vscode-context=${this.active === undefined ? '{}' : menuContext(this.active)}
      ${ref(this.element)}
      @keydown=${(event: KeyboardEvent) => this.keyDown(event)}
      @wheel=${{ handleEvent: () => this.intend(), passive: true }}
      @pointerdown=${(event: Event) => this.pressed(event)}
      @touchmove=${{ handleEvent: () => this.intend(), passive: true }}
      @scroll=${() => this.scrolled()}
      @rangeChanged=${(event: RangeChangedEvent) => this.rangeChanged(event)}
    >
      ${virtualize({
        items: ids as number[],
        scroller: true,
        keyFunction: (id) => id,
        renderItem: (id) => this.item(id, texts),
      })}
    </div>`;
  }

  private item(id: number, texts: LiveTexts): TemplateResult {
    const row = this.model.get(id);
    return rowTemplate({
      id,
      row,
      source: row?.kind === 'change' ? this.model.sourceOf(row) : '',
      isGone: this.model.isGone(id),
      isActive: id === this.active,
      isExpanded: this.expanded.has(id),
      detail: this.details.get(id),
      texts,
      onClick: () => this.toggle(id),
      onAction: (action) => this.events.onAction(id, action),
    });
  }

  /** A press on the list itself is one on its scroll bar. */
  private pressed({ target }: Event): void {
    if (target === this.element.value) {
      this.intend();
    }
  }

  private intend(): void {
    this.intentAt = performance.now();
  }

  private scrolled(): void {
    const list = this.element.value;
    if (!list) {
      return;
    }
    const below = list.scrollHeight - list.scrollTop - list.clientHeight;
    const isMeant = performance.now() - this.intentAt < intentMs;
    if (isMeant && !this.model.isFollowing) {
      this.intend();
    }
    if (isMeant && below > 2 && this.model.isFollowing) {
      this.model.freeze();
      this.events.onChange();
    } else if (isMeant && below <= 2 && !this.model.isFollowing && this.expanded.size === 0) {
      this.follow();
    } else if (!isMeant && below > 2) {
      requestAnimationFrame(this.pin);
    }
  }

  private rangeChanged({ first, last }: RangeChangedEvent): void {
    this.range = { first, last };
    this.look();
    requestAnimationFrame(this.pin);
  }

  /** Tells the host which rows are needed, when these are others than before. */
  private look(): void {
    const { ids, isFollowing } = this.model;
    const { first, last } = this.range;
    const count = last - first + 1 + (isFollowing ? endMargin : 2 * margin);
    const from = isFollowing ? ('end' as const) : Math.max(0, (ids[first] ?? 0) - margin);
    const looked = `${from} ${count}`;
    if (looked !== this.looked) {
      this.looked = looked;
      this.events.onLook(from, count);
    }
  }

  private toggle(id: number): void {
    this.active = id;
    if (this.model.get(id)?.kind === 'outage') {
      this.events.onChange();
      return;
    }
    if (this.expanded.delete(id)) {
      this.details.delete(id);
    } else {
      this.expanded.add(id);
      this.model.freeze();
      this.events.onDetail(id);
    }
    this.look();
    this.events.onChange();
  }

  private keyDown(event: KeyboardEvent): void {
    // What is inside of an expanded row has keys of its own.
    if (event.target !== this.element.value) {
      return;
    }
    const handled = this.actOn(event) || this.handleKey(event.key);
    if (handled) {
      event.preventDefault();
    }
  }

  /** With Ctrl or Cmd, C copies the key of the active row and Enter opens it to the side, as in the tree. */
  private actOn({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
    const actions = { c: 'copyKey', enter: 'openKeyToSide' } as const;
    const name = key.toLowerCase();
    const isMeant = (ctrlKey || metaKey) && (name === 'c' || name === 'enter');
    if (this.active === undefined || !isMeant) {
      return false;
    }
    this.events.onAction(this.active, actions[name]);
    return true;
  }

  private handleKey(key: string): boolean {
    const page = Math.max(1, this.range.last - this.range.first - 1);
    switch (key) {
      case 'ArrowDown':
        return this.move(1);
      case 'ArrowUp':
        return this.move(-1);
      case 'PageDown':
        return this.move(page);
      case 'PageUp':
        return this.move(-page);
      case 'Home':
        return this.move(-Infinity);
      case 'End':
      case 'Escape':
        this.follow();
        return true;
      case 'Enter':
      case ' ':
        return this.toggleActive(undefined);
      case 'ArrowRight':
        return this.toggleActive(true);
      case 'ArrowLeft':
        return this.toggleActive(false);
      default:
        return false;
    }
  }

  private toggleActive(wanted: boolean | undefined): boolean {
    const { active } = this;
    if (active !== undefined && this.expanded.has(active) !== wanted) {
      this.toggle(active);
    }
    return true;
  }

  private move(by: number): boolean {
    const { ids } = this.model;
    const [first] = ids;
    if (first === undefined) {
      return true;
    }
    this.model.freeze();
    const at = this.active === undefined ? ids.length : this.active - first;
    const to = Math.min(ids.length - 1, Math.max(0, at + by));
    this.active = first + to;
    this.events.onChange();
    this.scrollTo(to);
    return true;
  }

  private scrollTo(index: number): void {
    const list: VirtualizerHostElement | undefined = this.element.value;
    list?.[virtualizerRef]?.element(index)?.scrollIntoView({ block: 'nearest' });
  }
}
