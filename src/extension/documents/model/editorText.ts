/** The editor's side of a document as it is now; undefined when no text editor has it. */
export interface EditorText {
  readonly text: string;
  readonly dirty: boolean;
}

/** Content that an editor saves. */
export interface EditorContent {
  readonly bytes: Uint8Array;
  /** The encoding that the editor made them with, where it is not UTF-8. */
  readonly encoding: string | undefined;
  /** That encoding does not have all letters of the text: what it would store is another text. */
  readonly isLossy?: boolean;
}
