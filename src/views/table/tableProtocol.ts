import type { CopyFormat } from '../../kv/table/tableText';
import type { ValueType } from '../../kv/table/tableColumn';
import type { TableTexts } from './tableTexts';

/** A column as it is shown and kept. */
export interface ColumnView {
  readonly id: string;
  readonly type: ValueType;
  /** In pixels. */
  readonly width: number;
}

export interface SortView {
  readonly column: string;
  readonly isDescending: boolean;
}

/** A cell as it is shown: every text in it holds nothing unseen. */
export interface CellView {
  readonly text: string;
  /** Whether it can be typed into. */
  readonly isEditable: boolean;
  /** What typing begins with, where that is not the text that is shown. */
  readonly typed?: string;
}

/** A row as it is shown. Its cells are in the order of the message's columns, undefined for what is not there. */
export interface RowView {
  readonly at: number;
  /** The key as it is, to name the row by; the first column shows it. */
  readonly key: string;
  readonly revision: number;
  readonly isGone: boolean;
  /** Whether its value is still to come. */
  readonly isLoading: boolean;
  readonly cells: readonly (CellView | undefined)[];
}

/** A bar above the rows: what is going on, and what can be done about it. */
export interface TableNotice {
  readonly text: string;
  readonly level: 'info' | 'warning';
  readonly action?: { readonly label: string; readonly does: NoticeAction };
  /** From 0 to 1; undefined where it is not known or nothing is under way. */
  readonly progress?: number;
}

export type NoticeAction = 'agree' | 'cancel' | 'orderNow' | 'list' | 'connect';

export interface StateMessage {
  readonly kind: 'state';
  readonly place: object;
  /** What the table is of. */
  readonly title: string;
  readonly columns: readonly ColumnView[];
  readonly sort: SortView | undefined;
  readonly filter: string;
  readonly filterProblem: string | undefined;
  readonly isPaused: boolean;
  readonly isWritable: boolean;
  readonly canUndo: boolean;
  /** Whether all keys are known: no row then means that there is none. */
  readonly isListed: boolean;
  readonly notices: readonly TableNotice[];
}

export interface RowsMessage {
  readonly kind: 'rows';
  /** Counts the orders. */
  readonly version: number;
  /** When the bucket was made that they are of, in milliseconds since the epoch, where that is known. */
  readonly created: number | undefined;
  readonly count: number;
  readonly rows: readonly RowView[];
  /** The ids of the columns of their cells. */
  readonly columns: readonly string[];
  /** Where the active key is now; undefined where nothing was said of it, -1 where it has gone. */
  readonly active: number | undefined;
}

/** What became of what was typed into a cell. */
export interface EditedMessage {
  readonly kind: 'edited';
  readonly key: string;
  readonly column: string;
  readonly outcome:
    | { readonly kind: 'saved' }
    /** What is stored now, in the same place. */
    | {
        readonly kind: 'conflict';
        readonly revision: number | undefined;
        readonly stored: string;
        readonly typed: string;
      }
    | { readonly kind: 'failed'; readonly text: string };
}

interface SummaryMessage {
  readonly kind: 'summary';
  readonly text: string;
}

interface TextsMessage {
  readonly kind: 'texts';
  readonly texts: TableTexts;
}

/** A field of a value, which can be a column. */
export interface FieldView {
  /** The id of its column. */
  readonly id: string;
  readonly name: string;
  /** From 0 on; what is in a field comes right after it, one deeper. */
  readonly depth: number;
  readonly text: string;
  readonly type: ValueType;
  /** How many fields are right in it; undefined for a scalar. */
  readonly inside: number | undefined;
}

/** The value of a row, field by field. */
export interface ValueMessage {
  readonly kind: 'value';
  /** As it is shown. */
  readonly title: string;
  readonly fields: readonly FieldView[];
  /** What is to be said of it: that it is no JSON, or not all of it. */
  readonly note: string | undefined;
}

export type TableHostMessage =
  TextsMessage | StateMessage | RowsMessage | EditedMessage | SummaryMessage | ValueMessage;

/**
 * What is done to all rows that are selected, after it was shown. `set`: one value in a column. `fill`: what
 * the first row has. `paste`: what is in the clipboard.
 */
export type RowsChange =
  | { readonly does: 'set'; readonly column: string; readonly typed: string }
  | { readonly does: 'fill' | 'paste' | 'delete' | 'duplicate' };

/** Rows from one to another, both included, of an order. */
export interface SelectedCells {
  readonly version: number;
  readonly first: number;
  readonly last: number;
  readonly columns: readonly string[];
}

export type TablePageMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'look'; readonly first: number; readonly count: number }
  /** The row that is pointed out; undefined for none. */
  | { readonly kind: 'active'; readonly key: string | undefined }
  /** While rows are pointed at or typed into, none of them moves. */
  | { readonly kind: 'hold'; readonly isHeld: boolean }
  | { readonly kind: 'pause'; readonly isPaused: boolean }
  | { readonly kind: 'sort'; readonly sort: SortView | undefined }
  | { readonly kind: 'filter'; readonly text: string }
  | { readonly kind: 'columns'; readonly columns: readonly ColumnView[] }
  | { readonly kind: 'chooseColumns' }
  | { readonly kind: 'notice'; readonly does: NoticeAction }
  | {
      readonly kind: 'edit';
      readonly key: string;
      /** The message that was seen, and when the bucket was made that it was seen in. */
      readonly revision: number;
      readonly created: number | undefined;
      readonly column: string;
      readonly typed: string;
    }
  | { readonly kind: 'undo' }
  | ({ readonly kind: 'change'; readonly change: RowsChange } & SelectedCells)
  | { readonly kind: 'export' }
  /** Shows the value of a row; undefined for none any more. */
  | { readonly kind: 'inspect'; readonly key: string | undefined }
  /** Adds a column, or removes it where it is there. */
  | { readonly kind: 'toggleColumn'; readonly id: string; readonly type: ValueType }
  | { readonly kind: 'open'; readonly key: string; readonly toSide: boolean }
  | ({ readonly kind: 'select' } & SelectedCells)
  | ({ readonly kind: 'copy'; readonly format: CopyFormat } & SelectedCells);
