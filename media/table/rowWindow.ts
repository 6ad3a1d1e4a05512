import type { TemplateResult } from 'lit';
import { createRef } from 'lit/directives/ref.js';
import type { GridModel } from './gridModel';
import { RowRing } from './rowRing';
import { rowHeight, scrollFor, spaceOf, viewportAt, type Viewport } from './viewport';

export interface RowWindowParts {
  readonly model: GridModel;
  readonly row: (at: number) => TemplateResult;
  /** Tells which rows are looked at. */
  readonly look: (first: number, count: number) => void;
}

const headHeight = 26;
/** So many are asked for at least, to have those at hand that come next. */
const leastLooked = 60;

/** Owns which rows are in view; changes only by scrolling, by the size of the grid and by `reveal`. */
export class RowWindow {
  /** What scrolls, what is as high as all rows are, and what holds those that are made. */
  readonly element = createRef<HTMLElement>();
  readonly space = createRef<HTMLElement>();
  readonly made = createRef<HTMLElement>();
  private readonly resizes = new ResizeObserver(() => this.scrolled());
  private view: Viewport = { first: 0, count: 0, top: 0 };
  private readonly ring = new RowRing();
  private frame: number | undefined;
  private looked = '';
  private observed: HTMLElement | undefined;

  constructor(private readonly parts: RowWindowParts) {}

  /** How many rows a page is, for the keys that move by pages. */
  get page(): number {
    return Math.max(1, Math.floor((this.element.value?.clientHeight ?? 0) / rowHeight) - 2);
  }

  /** The rows are in another order: they are looked at anew. */
  reordered(): void {
    this.looked = '';
    this.scrolled();
  }

  /** Makes the rows that have come into view, once in a frame. */
  scrolled(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.measure();
      this.show(false);
    });
  }

  /** Scrolls until a row is in view. */
  reveal(row: number): void {
    const { value: element } = this.element;
    if (element && row >= 0) {
      const height = element.clientHeight - headHeight;
      const to = scrollFor(row, element.scrollTop, height, this.parts.model.count);
      if (to !== undefined) {
        element.scrollTop = to;
      }
    }
  }

  /** To be called when what is shown was rendered: sizes are set on the elements, no style in the markup. */
  rendered(): void {
    const { value: element } = this.element;
    if (element && element !== this.observed) {
      this.resizes.disconnect();
      this.resizes.observe(element);
      this.observed = element;
    }
    if (this.space.value) {
      this.space.value.style.height = `${spaceOf(this.parts.model.count)}px`;
    }
    this.show(true);
  }

  dispose(): void {
    this.resizes.disconnect();
    if (this.frame !== undefined) {
      cancelAnimationFrame(this.frame);
    }
  }

  private measure(): void {
    const { value: element } = this.element;
    if (!element) {
      return;
    }
    const { model, look } = this.parts;
    this.view = viewportAt(element.scrollTop, element.clientHeight - headHeight, model.count);
    const { first, count } = this.view;
    const looked = `${first} ${count} ${model.version}`;
    if (looked !== this.looked && (count > 0 || model.count === 0)) {
      this.looked = looked;
      look(first, Math.max(count, leastLooked));
    }
  }

  private show(isAll: boolean): void {
    const { value: made } = this.made;
    if (made) {
      const { model, row } = this.parts;
      const { first, count, top } = this.view;
      const shown = Math.max(0, Math.min(count, model.count - first));
      this.ring.show(made, { first, count: shown }, isAll, row);
      made.style.transform = `translateY(${top}px)`;
    }
  }
}
