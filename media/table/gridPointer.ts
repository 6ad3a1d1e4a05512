import type { CellEdits } from './cellEdits';
import type { GridPlace } from './gridModel';

export interface GridPointerParts {
  readonly edits: CellEdits;
  /** Whether more than one cell is chosen: what is done to them is done to the rows that are seen. */
  readonly isRange: () => boolean;
  readonly choose: (place: GridPlace, isExtending: boolean) => void;
  /** Rows are to stay where they are from now on, or may move again. */
  readonly hold: (isHeld: boolean) => void;
  /** Begins typing in the active cell, or opens its row. */
  readonly startOrOpen: () => void;
}

/** Owns what is pointed at and pressed; changes only through its methods. */
export class GridPointer {
  private isPointed = false;
  private isHeld = false;
  private isDragging = false;

  constructor(private readonly parts: GridPointerParts) {}

  pressed(event: PointerEvent): void {
    const place = placeOf(event.target);
    const isInside = (event.target as HTMLElement).closest('.sides, .edit');
    if (place && !isInside && event.button === 0) {
      this.parts.edits.leave();
      this.parts.choose(place, event.shiftKey);
      this.isDragging = true;
    }
  }

  moved(event: PointerEvent): void {
    const place = placeOf(event.target);
    this.isPointed = place !== undefined;
    this.holdOrNot();
    if (place && this.isDragging && event.buttons === 1) {
      this.parts.choose(place, true);
    }
  }

  released(): void {
    this.isDragging = false;
  }

  left(): void {
    this.isPointed = false;
    this.holdOrNot();
  }

  doubleClicked(event: MouseEvent): void {
    if (placeOf(event.target)) {
      this.parts.startOrOpen();
    }
  }

  /** While rows are pointed at, or several are chosen, or something is typed, none of them moves. */
  holdOrNot(): void {
    const isHeld = this.isPointed || this.parts.isRange() || this.parts.edits.isBusy;
    if (isHeld !== this.isHeld) {
      this.isHeld = isHeld;
      this.parts.hold(isHeld);
    }
  }
}

function placeOf(target: EventTarget | null): GridPlace | undefined {
  const cell = (target as HTMLElement | null)?.closest<HTMLElement>('[data-column]');
  const row = cell?.closest<HTMLElement>('[data-row]');
  return cell && row
    ? { row: Number(row.dataset['row']), column: Number(cell.dataset['column']) }
    : undefined;
}
