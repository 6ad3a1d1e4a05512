/** A key as it was pressed; each event of the keyboard is one. */
export interface PressedKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  /** Whether it goes into a character that is still being put together. */
  readonly isComposing: boolean;
  preventDefault(): void;
  stopPropagation(): void;
}

/** What was typed into a cell that was not saved. */
export interface CellTrouble {
  readonly typed: string;
  /** Why; undefined for a conflict. */
  readonly failed: string | undefined;
  readonly stored: string;
  /** The revision that an overwriting would replace; undefined where that cannot be. */
  readonly revision: number | undefined;
}

/** What is typed into a cell, and what became of that. */
export interface CellWork {
  /** What is being typed; undefined where nothing is. */
  readonly editing: string | undefined;
  /** In how many rows; undefined for this one. */
  readonly many: number | undefined;
  readonly trouble: CellTrouble | undefined;
  readonly onInput: (text: string) => void;
  readonly onKey: (event: PressedKey) => void;
  readonly onOverwrite: () => void;
  readonly onDiscard: () => void;
}
