/** Texts of one document that are kept while a save runs, and their length in all, in UTF-16 units. */
const mostTexts = 200;
const mostLength = 16 * 1024 * 1024;

/**
 * Owns what is typed into documents while they are saved. VS Code saves the text that was there when
 * the save began, and tells extensions that the document is clean once that is stored, also when it has
 * another text by then. Changes only through its methods; URIs are texts.
 */
export class TypedWhileSaving {
  /** The texts that each document had since its save began, the newest last. */
  private readonly texts = new Map<string, string[]>();
  /** What each save under way has handed over. */
  private readonly handed = new Map<string, string>();
  /** The documents that are unsaved though VS Code calls them clean, with what was stored of them. */
  private readonly unsaved = new Map<string, string>();

  begins(uri: string, text: string): void {
    this.texts.set(uri, [text]);
    this.handed.delete(uri);
  }

  /** A document has another text. */
  changed(uri: string, text: string): void {
    const texts = this.texts.get(uri);
    if (!texts || texts.at(-1) === text) {
      return;
    }
    texts.push(text);
    let length = texts.reduce((sum, each) => sum + each.length, 0);
    while (texts.length > mostTexts || (length > mostLength && texts.length > 1)) {
      length -= texts.shift()?.length ?? 0;
    }
  }

  /** The texts that a save under way may be of, the newest first; `now` where none is. */
  candidates(uri: string, now: string): readonly string[] {
    return [...new Set([now, ...(this.texts.get(uri) ?? []).toReversed()])];
  }

  /** A save has handed over this text. */
  hands(uri: string, text: string): void {
    this.handed.set(uri, text);
  }

  /** Whether the end of a save that was handed over is still to be told. */
  isHanded(uri: string): boolean {
    return this.handed.has(uri);
  }

  /** VS Code tells that a document was saved, which has this text now. True when it is not that text. */
  saved(uri: string, text: string): boolean {
    const stored = this.handed.get(uri);
    this.ends(uri);
    if (stored === undefined || stored === text) {
      this.unsaved.delete(uri);
      return false;
    }
    this.unsaved.set(uri, stored);
    return true;
  }

  /** A save came to its end, or a document is clean again for another reason. */
  ends(uri: string): void {
    this.texts.delete(uri);
    this.handed.delete(uri);
  }

  /** A document is clean, or is there no more. */
  cleaned(uri: string): void {
    this.ends(uri);
    this.unsaved.delete(uri);
  }

  /** Whether a document that VS Code calls clean is not. */
  isUnsaved(uri: string, text: string): boolean {
    const stored = this.unsaved.get(uri);
    return stored !== undefined && stored !== text;
  }
}
