/** What stands for `{0}`, `{1}` … in a text. */
export type Filling = string | number | boolean;

/** A language, as whoever shows the texts of the core speaks it. */
export interface Language {
  /** As BCP 47 calls it, such as `de` or `zh-cn`. */
  readonly tag: string;
  /** The text in this language, with what stands for `{0}`, `{1}` … filled in. */
  readonly translate: (text: string, ...filling: Filling[]) => string;
}

/** Where nobody translates, as in a script. */
const english: Language = {
  tag: 'en',
  translate: (text, ...filling) =>
    text.replace(/\{(\d+)\}/g, (place, at: string) => String(filling[Number(at)] ?? place)),
};

let spoken = english;

/**
 * A text of the core that people read: what went wrong, and what can be done. The literal that is
 * given is what translations are found by (l10n/), so it is a whole sentence and never built.
 */
export function t(text: string, ...filling: Filling[]): string {
  return spoken.translate(text, ...filling);
}

/** A count in such a text, with its thousands grouped. */
export function countText(count: number): string {
  return count.toLocaleString(spoken.tag);
}

/**
 * The one language of the process, which whoever shows the texts sets before anything is done:
 * the extension that of VS Code; English for undefined. Nobody has to pass it to what may fail.
 */
export function speak(language: Language | undefined): void {
  spoken = language ?? english;
}
