import { render, type TemplateResult } from 'lit';

interface MadeRow {
  readonly element: HTMLElement;
  at: number;
}

/** Stands for no row. */
const nowhere = -1;

/*
 * Why it is none of the libraries. Each was tried on a million rows of ten columns, in the browser of the
 * tests without a graphics card, under the policy of our webviews. The size is minified; the times are the
 * page's processor time for a frame by the wheel, by Page Down, and by dragging the scroll bar.
 *
 *     viewport.ts and this file      1.4 KB     7  19  27 ms
 *     @tanstack/virtual-core          33 KB     7  20  81 ms
 *     @lit-labs/virtualizer           35 KB    10  32 216 ms
 *     regular-table                   29 KB    18  16  17 ms
 *     @vaadin/grid                   220 KB     9  76 165 ms
 *
 * virtual-core keeps 24 bytes a row and ends where the browser's height does, at 1.5 million rows. The
 * height of lit-labs' ends at 8.2 million pixels: no row after the 372,769th can be scrolled to.
 * regular-table makes all rows anew at each step of the wheel, and is no ARIA grid. Vaadin's makes 2,790
 * elements where the others make 1,052, with styles that the policy refuses.
 */

/**
 * Owns the elements of the rows that are made; changes only through `show`. What is scrolled out of sight
 * at one end comes in again at the other, so that scrolling makes no element and looks at new rows alone.
 */
export class RowRing {
  private rows: MadeRow[] = [];
  private parent: HTMLElement | undefined;

  /**
   * Makes the rows from `first` on, in their order. With `isAll` those that are made already are looked at
   * too, as something of them may have changed.
   */
  show(
    parent: HTMLElement,
    { first, count }: { readonly first: number; readonly count: number },
    isAll: boolean,
    template: (at: number) => TemplateResult,
  ): void {
    if (parent !== this.parent) {
      this.parent = parent;
      this.rows = [];
    }
    this.turn(parent, first);
    this.fit(parent, count);
    this.rows.forEach((row, at) => {
      if (isAll || row.at !== first + at) {
        row.at = first + at;
        render(template(row.at), row.element);
      }
    });
  }

  /** Moves what comes before the first row behind the last, or the other way round. */
  private turn(parent: HTMLElement, first: number): void {
    const { rows } = this;
    const by = first - (rows[0]?.at ?? first);
    if (by === 0 || Math.abs(by) >= rows.length) {
      return;
    }
    const moved = by > 0 ? rows.splice(0, by) : rows.splice(by);
    const elements = moved.map(({ element }) => element);
    moved.forEach((row) => (row.at = nowhere));
    if (by > 0) {
      rows.push(...moved);
      parent.append(...elements);
    } else {
      rows.unshift(...moved);
      parent.prepend(...elements);
    }
  }

  private fit(parent: HTMLElement, count: number): void {
    while (this.rows.length < count) {
      const element = document.createElement('div');
      element.setAttribute('role', 'presentation');
      parent.append(element);
      this.rows.push({ element, at: nowhere });
    }
    this.rows.splice(count).forEach(({ element }) => element.remove());
  }
}
