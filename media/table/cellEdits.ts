import type {
  EditedMessage,
  SelectedCells,
  TablePageMessage,
} from '../../src/views/table/tableProtocol';
import type { CellTrouble, CellWork, PressedKey } from './cellWork';
import type { GridModel } from './gridModel';

interface Editing {
  readonly key: string;
  readonly column: string;
  /** The message that was seen when it began. */
  readonly revision: number;
  readonly created: number | undefined;
  /** All rows that are changed by it; undefined for this one. */
  readonly many: SelectedCells | undefined;
  text: string;
}

/** Where a cell is typed into. */
interface CellInput {
  readonly value: string;
  focus(): void;
  setSelectionRange(from: number, to: number): void;
}

export interface CellEditsParts {
  readonly model: GridModel;
  readonly chosen: () => SelectedCells;
  readonly send: (message: TablePageMessage) => void;
  /** Typing has begun or ended, or something is to be shown in a cell. */
  readonly onChange: () => void;
}

/** Owns what is typed into cells, and what became of it; changes only through its methods. */
export class CellEdits {
  private editing: Editing | undefined;
  private isFresh = false;
  private readonly troubles = new Map<string, CellTrouble>();
  private readonly sent = new Map<string, string>();

  constructor(private readonly parts: CellEditsParts) {}

  /** Whether something is typed, or waits for a decision. */
  get isBusy(): boolean {
    return this.editing !== undefined || this.troubles.size > 0;
  }

  /** Begins typing in the active cell, if that can be changed; tells whether it can. */
  start(text?: string): boolean {
    const { model, onChange } = this.parts;
    const { activeRow: row, activeColumn: column } = model;
    const cell = row && column && model.cell(row, column.id);
    if (!row || !column || !cell?.isEditable || row.isLoading) {
      return false;
    }
    const { key, revision } = row;
    const { created, range } = model;
    const many = range.last > range.first ? this.parts.chosen() : undefined;
    const typed = text ?? cell.typed ?? cell.text;
    this.editing = { key, column: column.id, revision, created, many, text: typed };
    this.isFresh = true;
    onChange();
    return true;
  }

  /**
   * Takes a key that is pressed before what was begun has the cursor: whoever types fast is ahead of the
   * page, and loses nothing. Tells whether it was one.
   */
  takeEarly(event: PressedKey): boolean {
    const { editing } = this;
    if (!editing || !this.isFresh) {
      return false;
    }
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      editing.text += event.key;
      this.parts.onChange();
    } else if (event.key === 'Backspace') {
      editing.text = [...editing.text].slice(0, -1).join('');
      this.parts.onChange();
    } else {
      this.keyDown(event);
    }
    return true;
  }

  takeOutcome({ key, column, outcome }: EditedMessage): void {
    const name = `${key} ${column}`;
    const typed = this.sent.get(name) ?? '';
    this.sent.delete(name);
    if (outcome.kind === 'conflict') {
      const { stored, revision } = outcome;
      this.troubles.set(name, { typed: outcome.typed, failed: undefined, stored, revision });
    } else if (outcome.kind === 'failed') {
      this.troubles.set(name, { typed, failed: outcome.text, stored: '', revision: undefined });
    } else {
      this.troubles.delete(name);
    }
    this.parts.onChange();
  }

  /** Saves what is typed where something else is pressed. */
  leave(): void {
    const { editing } = this;
    if (editing) {
      this.save(editing);
      this.end();
    }
  }

  /** What a cell shows of that. */
  partsOf(key: string, column: string): CellWork {
    const { editing } = this;
    const isIt = editing?.key === key && editing.column === column;
    const name = `${key} ${column}`;
    const trouble = this.troubles.get(name);
    return {
      editing: isIt ? editing.text : undefined,
      many: isIt && editing.many ? editing.many.last - editing.many.first + 1 : undefined,
      trouble,
      onInput: (text) => isIt && (editing.text = text),
      onKey: (event) => this.keyDown(event),
      onOverwrite: () => {
        if (trouble?.revision !== undefined) {
          const { created } = this.parts.model;
          const { revision, typed: text } = trouble;
          this.save({ key, column, revision, created, many: undefined, text });
        }
      },
      onDiscard: () => {
        this.troubles.delete(name);
        this.parts.onChange();
      },
    };
  }

  /** Puts the cursor into what was just begun, behind what is there, as soon as its input is found. */
  focus(find: () => CellInput | null | undefined): void {
    const input = this.isFresh ? find() : undefined;
    if (input) {
      this.isFresh = false;
      input.focus();
      input.setSelectionRange(input.value.length, input.value.length);
    }
  }

  private keyDown(event: PressedKey): void {
    event.stopPropagation();
    const { editing } = this;
    if (event.key === 'Escape') {
      this.end();
    } else if ((event.key === 'Enter' || event.key === 'Tab') && editing && !event.isComposing) {
      event.preventDefault();
      this.save(editing);
      const { row, column } = this.parts.model.active;
      const next = event.key === 'Enter' ? { row: row + 1, column } : { row, column: column + 1 };
      this.parts.model.choose(next);
      this.end();
    }
  }

  private save({ key, column, revision, created, many, text }: Editing): void {
    if (many) {
      const change = { does: 'set', column, typed: text } as const;
      this.parts.send({ kind: 'change', change, ...many });
      return;
    }
    const name = `${key} ${column}`;
    this.troubles.delete(name);
    this.sent.set(name, text);
    this.parts.send({ kind: 'edit', key, revision, created, column, typed: text });
    this.parts.onChange();
  }

  private end(): void {
    this.editing = undefined;
    this.parts.onChange();
  }
}
