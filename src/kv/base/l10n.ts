/** What stands for `{0}`, `{1}` … in a text. */
export type Filling = string | number | boolean;

/** The text in the language of the user, with what stands for `{0}`, `{1}` … filled in. */
export type Translate = (text: string, ...filling: Filling[]) => string;

/** Without a translation, as in a script: English. */
const english: Translate = (text, ...filling) =>
  text.replace(/\{(\d+)\}/g, (place, at: string) => String(filling[Number(at)] ?? place));

let translate = english;

/**
 * A text of the core that people read: what went wrong, and what can be done. The literal that is
 * given is what translations are found by (l10n/), so it is a whole sentence and never built.
 */
export function t(text: string, ...filling: Filling[]): string {
  return translate(text, ...filling);
}

/**
 * The one language of the process, which whoever shows the texts sets before anything is done:
 * the extension that of VS Code. Texts in every error, problem and row make a parameter no answer.
 */
export function speak(inLanguage: Translate | undefined): void {
  translate = inLanguage ?? english;
}
