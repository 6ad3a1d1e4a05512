import { displayText } from '../../kv/values/displayText';

/** Joins two characters without being seen: between them nothing can be read as markup any more. */
const joiner = '\u2060';

/**
 * A text from outside (a key, a name, an answer of a server) as one line that is shown as it is:
 * VS Code reads `[text](command:…)` as a link and `$(name)` as an icon in nearly all that it shows.
 * What would not be seen is made visible. A text that went through it already stays as it is.
 */
export function plainText(text: string): string {
  return displayText(text.replaceAll(`]${joiner}(`, '](').replaceAll(`$${joiner}(`, '$(')).replace(
    /[\]$](?=\()/g,
    `$&${joiner}`,
  );
}

/** The same for a text of several lines. */
export function plainLines(text: string): string {
  return text.split('\n').map(plainText).join('\n');
}

/**
 * Sentences that end in a text from elsewhere, each as it is: where that text brings its own full
 * stop, question mark or ellipsis, no other follows.
 */
export function plainSentences(text: string): string {
  return plainLines(text).replace(/([.?!…])\.(?=\s|$)/g, '$1');
}

/** A text that may begin with one icon of ours; made by `iconText` only. */
export type IconText = string & { readonly isIconText: true };

export function iconText(icon: string | undefined, text: string): IconText {
  const shown = plainText(text);
  return (icon === undefined ? shown : `$(${icon}) ${shown}`) as IconText;
}

/** A cell or paragraph of Markdown that reads as the text does: every punctuation mark is escaped. */
export function markdownText(text: string): string {
  return displayText(text.replace(/\s+/g, ' ')).replace(/[!-/:-@[-`{-~]/g, '\\$&');
}
