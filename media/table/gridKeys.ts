import type { RowsChange, TablePageMessage } from '../../src/views/table/tableProtocol';
import type { CellEdits } from './cellEdits';
import type { PressedKey } from './cellWork';
import type { GridModel, GridPlace } from './gridModel';

export interface GridKeysParts {
  readonly model: GridModel;
  /** Moves columns, or makes them wider; tells whether the key does that. */
  readonly layout: { handle(model: GridModel, key: string, isShift: boolean): boolean };
  readonly edits: CellEdits;
  readonly send: (message: TablePageMessage) => void;
  /** How many rows a page is. */
  readonly page: () => number;
  readonly choose: (place: GridPlace, isExtending: boolean) => void;
  /** Other cells are chosen. */
  readonly chosen: () => void;
  readonly copy: () => void;
  readonly sort: (column: number) => void;
  readonly change: (change: RowsChange) => void;
  readonly removeColumn: (column: number) => void;
  /** Shows the value of the active row, or no more. */
  readonly look: () => void;
  /** Gives up what is chosen or shown beside the rows; tells whether there was something. */
  readonly leave: () => boolean;
}

/** What the keys do in the grid, as in a spreadsheet. */
export class GridKeys {
  constructor(private readonly parts: GridKeysParts) {}

  /** Begins typing in the active cell, or opens its row where that cannot be. */
  startOrOpen(): void {
    if (!this.parts.edits.start()) {
      this.open(false);
    }
  }

  /** Does what a key means; tells whether it means something. */
  handle(event: PressedKey): boolean {
    if (this.parts.edits.takeEarly(event)) {
      return true;
    }
    const { key, shiftKey, altKey } = event;
    const isFar = event.ctrlKey || event.metaKey;
    if (altKey && this.parts.layout.handle(this.parts.model, key, shiftKey)) {
      return true;
    }
    if (isFar && !altKey && this.handleCommand(key.toLowerCase(), shiftKey)) {
      return true;
    }
    const { model, page } = this.parts;
    const target = altKey ? undefined : model.target(key, page(), isFar);
    if (target) {
      this.parts.choose(target, shiftKey);
      return true;
    }
    return !isFar && !altKey && this.handleCell(key, shiftKey);
  }

  private handleCommand(key: string, isShift: boolean): boolean {
    const { change } = this.parts;
    switch (key) {
      case 'd':
        change({ does: isShift ? 'duplicate' : 'fill' });
        return true;
      case 'v':
        change({ does: 'paste' });
        return true;
      case ' ':
        this.parts.model.chooseColumns();
        this.parts.chosen();
        return true;
      case 'c':
        this.parts.copy();
        return true;
      case 'a':
        this.parts.model.chooseAll();
        this.parts.chosen();
        return true;
      case 'z':
        this.parts.send({ kind: 'undo' });
        return true;
      case 'enter':
        this.open(true);
        return true;
      default:
        return false;
    }
  }

  private handleCell(key: string, isShift: boolean): boolean {
    const { active } = this.parts.model;
    if (key === 'Escape') {
      return this.parts.leave();
    }
    if (active.row < 0) {
      return this.handleHeader(key);
    }
    if (key === 'Delete') {
      this.parts.change({ does: 'delete' });
      return true;
    }
    if (key === ' ') {
      if (isShift) {
        this.parts.model.chooseRows();
        this.parts.chosen();
      } else {
        this.parts.look();
      }
      return true;
    }
    if (key === 'Enter' || key === 'F2') {
      if (key === 'Enter') {
        this.startOrOpen();
      } else {
        this.parts.edits.start();
      }
      return true;
    }
    // What is typed takes the place of what is there.
    return key.length === 1 && this.parts.edits.start(key);
  }

  private handleHeader(key: string): boolean {
    const { column } = this.parts.model.active;
    if (key === 'Enter' || key === ' ') {
      this.parts.sort(column);
      return true;
    }
    if (key === 'Delete') {
      this.parts.removeColumn(column);
      return true;
    }
    return false;
  }

  private open(toSide: boolean): void {
    const key = this.parts.model.activeRow?.key;
    if (key !== undefined) {
      this.parts.send({ kind: 'open', key, toSide });
    }
  }
}
